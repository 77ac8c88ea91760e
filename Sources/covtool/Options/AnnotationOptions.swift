import ArgumentParser
import CovtoolKit
import Reports

#if canImport(Glibc)
    import Glibc
#endif

/// Where missed lines are shown at their places.
struct AnnotationOptions: ParsableArguments {
    enum Service: String, CaseIterable, ExpressibleByArgument {
        case github
    }

    @Option(
        help: ArgumentHelp(
            "Print missed lines so that the service shows them at their places: 'github', in the output of a step of its Actions.",
            discussion: """
                The ten largest parts are marked, which is all that GitHub shows in a step, and then it is said how \
                many there are. With --branch-coverage, lines whose conditions did not go all ways follow. Each gate that fails is an error there.
                """,
            valueName: "service"))
    var annotations: Service?

    /// Whether there are any.
    var areThere: Bool { annotations != nil }

    /// Makes sure that no report goes where they go.
    ///
    /// - Throws: `ValidationError`.
    func check<Form>(besides outputs: [NamedOutput<Form>]) throws {
        guard let annotations, let output = outputs.first(where: { $0.path == "-" }) else { return }
        throw ValidationError(
            """
            --annotations \(annotations) and --output \(output.form.rawValue):- both write to standard output; \
            give the report a file
            """)
    }

    /// Writes them to standard output.
    ///
    /// - Parameter errors: what else is wrong, each a line.
    func write(
        missed parts: [GitHubAnnotations.Part], errors: [String] = [], _ sources: SourceRules
    ) throws(Failure) {
        guard annotations == .github else { return }
        var annotations = GitHubAnnotations()
        annotations.folders = sources.projectFolders(in: AnnotationOptions.workspace)
        var output = try OutputFile(nil)
        annotations.write(missed: parts, to: &output)
        for error in errors { annotations.write(error: error, to: &output) }
        try output.finish()
    }

    /// The folder that the runner knows as the project's.
    private static var workspace: String? {
        unsafe getenv("GITHUB_WORKSPACE").map { unsafe String(cString: $0) }
            .flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}
