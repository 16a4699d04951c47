import { Controller } from '@nestjs/common';
import { type CallOf, join, Operation } from '@weft/contract';
import { Joining } from '../joining/joining.ts';

@Controller()
export class JoinController {
  constructor(private readonly joining: Joining) {}

  @Operation(join.nodeJoin)
  join(call: CallOf<typeof join.nodeJoin>) {
    return this.joining.join(call);
  }

  @Operation(join.nodeJoinPreview)
  preview(call: CallOf<typeof join.nodeJoinPreview>) {
    return this.joining.preview(call);
  }

  @Operation(join.nodeApprove)
  approve(call: CallOf<typeof join.nodeApprove>) {
    return this.joining.approve(call);
  }
}
