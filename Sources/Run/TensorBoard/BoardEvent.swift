import CEventMessages
import CProtobufC
import Glibc

/// What an event file has of one moment: numbers and images by tag.
struct BoardEvent {
    enum Content {
        case number(Float)
        /// A PNG or GIF file.
        case image(BoardImage)
    }

    /// Unix seconds.
    var time: Double
    var step: Int
    var values: [(tag: String, content: Content)]

    /// What a file begins with: how the rest is to be read.
    static func version(at time: Double) -> [UInt8] {
        let room = PackingRoom()
        var event = blank(board__event__init)
        (event.has_wall_time, event.wall_time) = (1, time)
        event.file_version = room.string("brain.Event:2")
        return withExtendedLifetime(room) { pack(&event) }
    }

    /// The protobuf message.
    func packed() -> [UInt8] {
        let room = PackingRoom()
        let values = room.array(values.map { Self.value($0.tag, $0.content, room) })
        var summary = Self.blank(board__summary__init)
        summary.n_value = self.values.count
        summary.value = room.array(self.values.indices.map { values + $0 })
        var event = Self.blank(board__event__init)
        (event.has_wall_time, event.wall_time) = (1, time)
        (event.has_step, event.step) = (1, Int64(step))
        event.summary = room.array([summary])
        return withExtendedLifetime(room) { Self.pack(&event) }
    }

    private static func value(_ tag: String, _ content: Content, _ room: PackingRoom) -> Board__SummaryValue {
        var value = blank(board__summary_value__init)
        value.tag = room.string(tag)
        switch content {
        case .number(let number): (value.has_simple_value, value.simple_value) = (1, number)
        case .image(let image):
            var packed = blank(board__image__init)
            (packed.has_width, packed.width) = (1, Int32(image.width))
            (packed.has_height, packed.height) = (1, Int32(image.height))
            (packed.has_colorspace, packed.colorspace) = (1, 3)
            packed.has_encoded_image_string = 1
            packed.encoded_image_string.len = image.file.count
            packed.encoded_image_string.data = room.array(image.file)
            value.image = room.array([packed])
        }
        return value
    }

    /// All fields at their defaults.
    private static func blank<Packed>(_ initialize: (UnsafeMutablePointer<Packed>) -> Void) -> Packed {
        withUnsafeTemporaryAllocation(of: Packed.self, capacity: 1) { message in
            // Safe: there is room for one, and the generated function sets all of it.
            let message = message.baseAddress.unsafelyUnwrapped
            initialize(message)
            return message.pointee
        }
    }

    private static func pack(_ event: inout Board__Event) -> [UInt8] {
        withUnsafePointer(to: &event) { event in
            // Safe: a generated struct begins with what all have in common, and protobuf-c itself casts so.
            let message = UnsafeRawPointer(event).assumingMemoryBound(to: ProtobufCMessage.self)
            let size = protobuf_c_message_get_packed_size(message)
            return [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
                count = protobuf_c_message_pack(message, bytes.baseAddress)
            }
        }
    }
}

/// Memory of one message while it is packed.
private final class PackingRoom {
    private var blocks: [UnsafeMutableRawPointer] = []

    func string(_ text: String) -> UnsafeMutablePointer<CChar> { array(text.utf8CString.map { $0 }) }

    func array<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        copy.initialize(from: elements, count: elements.count)
        blocks.append(UnsafeMutableRawPointer(copy))
        return copy
    }

    deinit {
        // Safe: `allocate` uses malloc for elements of ordinary alignment.
        for block in blocks { free(block) }
    }
}
