import CKernels
import KernelChoice
import TestThreads
import Testing

@Suite(.blocking) struct DispatchTests {
    @Test func unknownInstructionSetsAreRefusedAndChangeNothing() {
        Kernels.steady {
            let before = String(cString: dk_instruction_set())
            #expect(dk_select_instruction_set("avx1024") == 0)
            #expect(dk_select_instruction_set("") == 0)
            #expect(String(cString: dk_instruction_set()) == before)
        }
    }

    @Test(arguments: Kernels.available) func chosenInstructionSetIsNamed(set: String) {
        #expect(Kernels.using(set) { String(cString: dk_instruction_set()) } == set)
    }

    @Test func bestInstructionSetIsAvailable() {
        #expect(Kernels.available.last == String(cString: dk_best_instruction_set()))
    }
}
