import { Controller } from '@nestjs/common';
import { type CallOf, Operation, reachability } from '@weft/contract';
import { Reachabilities } from '../reachability/reachabilities.ts';

@Controller()
export class ReachabilityController {
  constructor(private readonly reachabilities: Reachabilities) {}

  @Operation(reachability.reachabilityCheck)
  check(call: CallOf<typeof reachability.reachabilityCheck>) {
    return this.reachabilities.answer(call.body, call);
  }
}
