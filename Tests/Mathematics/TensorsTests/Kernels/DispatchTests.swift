import CKernels
import KernelChoice
import Synchronization
import Tensors
import TestSupport
import Testing

@Suite(.blocking) struct DispatchTests {
    @Test func unknownInstructionSetsAreRefusedAndChangeNothing() {
        let before = String(cString: dk_instruction_set())
        #expect(dk_select_instruction_set("avx1024") == 0)
        #expect(dk_select_instruction_set("") == 0)
        #expect(String(cString: dk_instruction_set()) == before)
    }

    @Test(arguments: Kernels.available) func chosenInstructionSetIsNamed(set: String) {
        #expect(Kernels.using(set) { String(cString: dk_instruction_set()) } == set)
    }

    /// Also while others use other kernels: the choice is that of a thread and of the pools that it makes.
    @Test(arguments: Kernels.available) func poolsTakeTheirMakersInstructionSet(set: String) {
        let usual = String(cString: dk_instruction_set())
        let pool = Kernels.using(set) { ThreadPool(threads: 3) }
        let names = Mutex<[Int: String]>([:])
        pool.run(3) { part, _, _ in names.withLock { $0[part] = String(cString: dk_instruction_set()) } }
        #expect(names.withLock { $0 } == [0: usual, 1: set, 2: set])
    }

    @Test func bestInstructionSetIsAvailable() {
        #expect(Kernels.available.last == String(cString: dk_best_instruction_set()))
    }
}
