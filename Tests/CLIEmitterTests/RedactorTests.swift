import CLIEmitter
import ExhaustCore
import ExhaustTestSupport
import Testing

@Suite("Redaction")
struct RedactorTests {
    static let canary = "c4n4ry-S3cret"
    let redactor = Redactor(key: Array(repeating: 7, count: 32))

    static let secrets = [
        "mysql -uroot -p%", "mysqldump --password=% db", "mysql -h db -p'%' -e 'select 1'", "sudo -u app mysql -p\"%\"",
        "sshpass -p % ssh host", "sshpass -p'%' ssh host", "curl -u user:% https://host", "curl --user 'user:%' host",
        "curl -uuser:% host", "curl -H 'Authorization: Bearer %' host", "curl -H \"Authorization: Basic %\" host",
        "curl -H \"X-Api-Key: %\" host", "http host Authorization:%", "curl -H 'Cookie: a=%; b=%' host",
        "git clone https://user:%@host/repo", "psql postgres://app:%@db:5432/app", "PASSWORD=% cmd",
        "export AWS_SECRET_ACCESS_KEY=%", "export PGPASSWORD='%'", "env DB_PASSWORD=\"%\" ./run", "tool --token %",
        "tool --api-key=% x", "tool --client-secret '%' x", "docker login -u me -p % registry",
        "docker run -e DB_PASSWORD=% image", "redis-cli -a % ping", "openssl enc -k % -in x",
        "openssl rsa -passin pass:%",
        "htpasswd -b file user %", "echo % | sudo -S id", "echo 'root:%' | chpasswd",
        "bash -c 'mysql -p%'", "ssh host \"mysql -p'%' x\"", "curl -d '{\"password\": \"%\"}' host",
        "curl -d \"{\\\"password\\\": \\\"%\\\"}\" host", "curl 'https://host/?token=%&x=1'", "x=$(mysql -p% -e 1)",
        "cat > f <<E\npassword: %\nE", "cat > f <<E\npassword = %\nE", "cat <<E\n  api_key: \"%\"\nE",
        "cat <<E\nAuthorization: Bearer %\nE", "set -gx API_TOKEN %", "zip -P % a b", "7z a -p% a b",
        "for i in 1 2; do mysql -p% -e $i; done", "helm install x --set db.password=%", "PASSWORD=\"% %\" cmd",
        "cat <<E\n-----BEGIN OPENSSH PRIVATE KEY-----\n%\n-----END OPENSSH PRIVATE KEY-----\nE",
        "echo '-----BEGIN RSA PRIVATE KEY-----\n%", "ldapsearch -x -w % -b x", "useradd -p '%' me",
    ]

    @Test("a secret is replaced, wherever it stands", arguments: secrets)
    func secret(pattern: String) {
        let text = pattern.replacingPercent(with: Self.canary)
        let redacted = redactor.redact(text)
        #expect(!redacted.contains(Self.canary), "\(redacted)")
        #expect(!redacted.contains("S3cret"), "\(redacted)")
        #expect(redacted.contains("«redacted:"), "\(redacted)")
    }

    @Test(
        "tokens are known by their form",
        arguments: [
            "AKIAIOSFODNN7EXAMPLE", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "xoxb-123456789012-abcdefghij",
            "AIzaSyA1234567890abcdefghijklmnopqrstuv", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijklmnop",
            "glpat-abcdefghijklmnopqrst", "sk_live_abcdefghijklmnop",
        ])
    func token(text: String) {
        for line in ["echo \(text)", "tool --x=\(text)", "https://\(text)@host/x", "'\(text)'", "a,\(text);b"] {
            #expect(!redactor.redact(line).contains(text), "\(line)")
        }
        #expect(redactor.redact(arguments: ["tool", text])[1].contains("«redacted:"))
    }

    @Test(
        "what is no secret stays",
        arguments: [
            "mkdir -p dir/sub", "ssh -p 22 host", "docker run -p 80:80 image", "cp -p a b", "mysql -p",
            "mysql -p -u root",
            "mysql --password db", "grep password: file", "vim /etc/passwd", "passwd root", "tar -xpf a.tar", "ps -p 1",
            "PASSWORD=$OTHER cmd", "export TOKEN=$(cat file)", "tool --password-file /x/y", "tool --token \"$TOKEN\"",
            "curl -u user https://host", "git clone ssh://git@host/repo", "git clone git@host:repo",
            "nmap -p 1-100 host",
            "python -u script.py", "ls token.txt", "cd $PWD", "PWD=/x ls", "max_tokens=100 run", "echo sk-1",
            "git commit -m 'reset the password: done'", "netstat -p tcp", "curl -p host", "unzip -p a.zip b",
            "kill -9 1234", "if [ $a == $b ]; then echo x; fi", "find / -path '*pass*'", "bypass=1 x", "ls -lap",
        ])
    func harmless(text: String) { #expect(redactor.redact(text) == text) }

    @Test("arguments are redacted by their program, as typed ones are")
    func arguments() {
        let c = Self.canary
        for arguments in [
            ["/usr/bin/mysql", "-p\(c)"], ["curl", "-u", "a:\(c)"], ["sshpass", "-p", c, "ssh"], ["x", "--token", c],
            ["sh", "-c", "mysql -p\(c)"], ["env", "DB_PASSWORD=\(c) x", "y"],
            ["curl", "-H", "Authorization: Bearer \(c)"],
        ] {
            #expect(!redactor.redact(arguments: arguments).joined(separator: " ").contains("S3cret"), "\(arguments)")
        }
        #expect(redactor.redact("smbclient -U me%\(c) //host").contains("me%«redacted:"))
        let harmless = ["docker", "run", "-p", "80:80", "a b", "it's"]
        #expect(redactor.redact(arguments: harmless) == harmless)
    }

    @Test("equal secrets have equal markers under one key, however they are quoted")
    func hashes() {
        let typed = redactor.redact("mysql -p'x y'").dropFirst(8)
        #expect(typed == redactor.redact("mysql -p\"x y\"").dropFirst(8))
        #expect(typed == redactor.redact(arguments: ["mysql", "-px y"])[1].dropFirst(2))
        #expect(typed != redactor.redact("mysql -pz").dropFirst(8))
        #expect(typed != Redactor(key: Array(repeating: 8, count: 32)).redact("mysql -p'x y'").dropFirst(8))
        // RFC 4231, test case 2.
        #expect(
            Digest.keyed(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("rules can be added and redaction switched off")
    func settings() {
        var settings = RedactionSettings()
        settings.names = ["pin"]
        settings.flags = ["mytool": ["-k"]]
        settings.prefixes = ["acme_"]
        let own = Redactor(key: [1], settings: settings)
        for text in ["PIN=1234 x", "mytool -k 1234", "echo acme_1234"] { #expect(!own.redact(text).contains("1234")) }
        #expect(own.redact("spin=1234") == "spin=1234")
        settings.enabled = false
        #expect(Redactor(key: [1], settings: settings).redact("mysql -px") == "mysql -px")
    }

    @Test("its time is linear: 32 KiB of anything take a moment")
    func time() {
        let clock = ContinuousClock()
        for piece in [
            "password=", "a://", "-----BEGIN ", "-----BEGIN PRIVATE KEY", "'", "\"", "x'\"", "eyJ", "Authorization: ",
            "sudo ", "mysql -p$x ", "--token ", "password=$ ", "\\\"", "( ' ", "eyJ.", "echo a|",
        ] {
            let text = String(repeating: piece, count: 32_768 / piece.utf8.count)
            let spent = clock.measure { _ = redactor.redact(text) }
            #expect(spent < .seconds(3), "\(piece): \(spent)")
        }
    }

    @Test("the key is made once, closed to others, and read again")
    func key() throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        let key = try RedactionKey.load(folder: folder.path)
        #expect(key.count == 32)
        #expect(try RedactionKey.load(folder: folder.path) == key)
        #expect(try ProtectedFile.read("\(folder.path)/redaction.key", as: .secret, limit: 32) == key)
    }
}

extension String {
    fileprivate func replacingPercent(with text: String) -> String {
        split(separator: "%", omittingEmptySubsequences: false).joined(separator: text)
    }
}
