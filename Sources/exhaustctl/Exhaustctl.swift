import ControlTool

@main
struct Exhaustctl {
    static func main() async { await ControlCommand.main() }
}
