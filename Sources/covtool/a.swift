import ArgumentParser
import DebugInfo
@main struct Covtool: ParsableCommand { func run() { v() } }
