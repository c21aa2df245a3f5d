import Pictures
import Testing
import Visions

@Suite struct VisionDrawingTests {
    private func vision(_ kind: VisionKind, steps: Int, context: Int, size: Int = 64) -> Vision {
        let frames = (0..<steps).map { [UInt8](repeating: UInt8($0), count: size * size * 3) }
        return Vision(
            kind: kind, size: size, channels: 3, context: context, truth: frames, masks: frames, differentials: frames,
            model: frames)
    }

    @Test func anAnimationHasAFrameAStepAndAStripAtMostTwelve() {
        for kind in VisionKind.allCases {
            let drawing = VisionDrawing(vision(kind, steps: 69, context: kind == .openloop ? 5 : 69))
            let animation = drawing.animation()
            #expect(animation.count == 69)
            #expect(Set(animation.map { [$0.width, $0.height] }).count == 1)
            #expect((12 * 134..<13 * 140).contains(drawing.strip().width))
        }
    }

    @Test func whereTheModelIsRightTheErrorIsGrey() {
        let frames = VisionDrawing(vision(.openloop, steps: 7, context: 5, size: 96)).animation()
        let last = frames[6]
        #expect(last[last.width - 10, last.height - 10] == .init(127, 127, 127))
    }

    @Test func whatThePolicyImaginesHasNoTruth() {
        let frames = VisionDrawing(vision(.imagination, steps: 7, context: 5, size: 96)).animation()
        let inside = frames[0].height - 10
        #expect(frames[4][10, inside] == .init(4, 4, 4))
        #expect(frames[5][10, inside] == frames[5][0, inside], "paper")
    }
}
