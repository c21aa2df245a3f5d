/// What an actor's process does on the thread of its environments, until its client takes no more.
protocol Playing: AnyObject {
    func run() throws
}
