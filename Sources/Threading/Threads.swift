#if canImport(Glibc)
    import Glibc
#endif

/// Work on several threads.
public enum Threads {
    /// The most threads that work at once here.
    public static var most: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread; nil where the system has none left.
    static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        let work = unsafe Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            }, work.toOpaque())
        if status == 0 { return thread }
        unsafe work.release()
        return nil
    }

    /// Calls `body` on so many threads, one of them the caller's, with the thread's number from 0;
    /// returns when all have returned.
    public static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        var started: [pthread_t] = []
        var left: [Int] = []
        for number in 1..<max(1, count) {
            if let thread = start({ body(number) }) {
                started.append(thread)
            } else {
                left.append(number)
            }
        }
        body(0)
        left.forEach(body)
        for thread in started { pthread_join(thread, nil) }
    }
}
