import Environments
import Experience
import TestSupport
import Testing

@Suite(.blocking) struct BlockGridTests {
    @Test func blocksAreWholePixelsAndTheBoardIsCentred() {
        let board = BlockGrid(rows: 10, columns: 10, shape: ImageShape(height: 64, width: 64))
        #expect((board.blockHeight, board.blockWidth, board.top, board.left) == (6, 6, 2, 2))
        let narrow = BlockGrid(rows: 10, columns: 5, shape: ImageShape(height: 64, width: 64))
        #expect((narrow.blockHeight, narrow.blockWidth, narrow.top, narrow.left) == (6, 12, 2, 2))
    }

    @Test func aBlockIsFilledToItsBordersAndNoFurther() {
        let grid = BlockGrid(rows: 10, columns: 5, shape: ImageShape(height: 64, width: 64))
        let color = Color(1, 2, 3)
        var pixels = grid.empty
        grid.fill(&pixels, row: 9, column: 4, color)
        for pixel in 0..<64 * 64 {
            let (y, x) = (pixel / 64, pixel % 64)
            let inside = (56..<62).contains(y) && (50..<62).contains(x)
            let onBoard = (2..<62).contains(y) && (2..<62).contains(x)
            let expected = inside ? color : onBoard ? BlockGrid.background : BlockGrid.frame
            #expect(Color(pixels[pixel * 3], pixels[pixel * 3 + 1], pixels[pixel * 3 + 2]) == expected)
        }
    }

    @Test(arguments: [16, 64, 100, 128])
    func picturesHaveTheSizeThatWasAskedFor(_ size: Int) throws {
        for name in builtInTasks {
            let environment = try EnvironmentRegistry.make(
                name, image: size, seed: 1)
            #expect(environment.image == ImageShape(height: size, width: size))
            #expect(try environment.reset().image.count == size * size * 3)
        }
    }
}
