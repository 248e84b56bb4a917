/// Programs whose short flags carry secrets. `-p` is a port, a parent folder or a password: the program decides.
struct ProgramRules: Sendable {
    /// How a secret stands at a flag.
    enum Form: Sendable {
        /// `-pSECRET` only; a word after `-p` is something else.
        case attached
        /// `-p SECRET` or `-pSECRET`.
        case either
        /// `-u USER:SECRET`.
        case afterColon
        /// `-U USER%SECRET`.
        case afterPercent
    }

    /// A flag of a program.
    struct Flag: Sendable {
        var name: [UInt8]
        var form: Form
        /// A word that must be among the arguments, as in `docker login -p`.
        var needs: [UInt8]?
    }

    private let flags: [String: [Flag]]

    /// The built-in rules and `additional` flags.
    init(additional: [String: [String]] = [:]) {
        var table: [String: [Flag]] = [:]
        for (names, flag, form, needs) in Self.builtIn {
            for name in names.split(separator: " ") {
                table[String(name), default: []].append(
                    Flag(name: Array(flag.utf8), form: form, needs: needs.map { Array($0.utf8) }))
            }
        }
        for (name, flags) in additional {
            table[name, default: []] += flags.map { Flag(name: Array($0.utf8), form: .either) }
        }
        flags = table
    }

    /// The flags of the program `name`; `nil` if there are no rules for it.
    func flags(of name: [UInt8]) -> [Flag]? { flags[String(decoding: name, as: UTF8.self)] }

    private static let builtIn: [(String, String, Form, String?)] = [
        ("mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlbinlog mysqlslap", "-p", .attached, nil),
        ("mariadb mariadb-dump mariadb-admin mariadb-import mariadb-check xtrabackup", "-p", .attached, nil),
        ("mongo mongosh mongodump mongorestore mongoexport mongoimport", "-p", .either, nil),
        ("sshpass mycli", "-p", .either, nil),
        ("docker podman nerdctl buildah skopeo oc helm az", "-p", .either, "login"),
        ("7z 7za 7zr rar unrar", "-p", .attached, nil), ("rar unrar", "-hp", .attached, nil),
        ("zip unzip mosquitto_pub mosquitto_sub sqlcmd bcp", "-P", .either, nil),
        ("curl", "-u", .afterColon, nil), ("curl", "--user", .afterColon, nil),
        ("curl", "-U", .afterColon, nil), ("curl", "--proxy-user", .afterColon, nil),
        ("http https xh", "-a", .afterColon, nil), ("http https xh", "--auth", .afterColon, nil),
        ("smbclient rpcclient net", "-U", .afterPercent, nil),
        ("ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldappasswd", "-w", .either, nil),
        ("ldappasswd", "-s", .either, nil), ("redis-cli valkey-cli", "-a", .either, nil),
        ("ipmitool", "-P", .either, nil), ("snmpget snmpset snmpwalk", "-A", .either, nil),
        ("snmpget snmpset snmpwalk", "-X", .either, nil), ("useradd usermod", "-p", .either, nil),
        ("openssl", "-k", .either, "enc"), ("openssl", "-passin", .afterColon, nil),
        ("openssl", "-passout", .afterColon, nil), ("openssl", "-pass", .afterColon, nil),
        ("xfreerdp rdesktop", "-p", .either, nil), ("lftp ncftp", "-p", .either, "-u"),
    ]
}
