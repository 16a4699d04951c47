import { Controller } from '@nestjs/common';
import { type CallOf, join, Operation } from '@weft/contract';
import { Joining } from '../joining/joining.ts';
import { callingNode } from '../node-agents.ts';

@Controller()
export class NodeCredentialController {
  constructor(private readonly joining: Joining) {}

  @Operation(join.nodeCredentialRevoke)
  revoke(call: CallOf<typeof join.nodeCredentialRevoke>) {
    return this.joining.revoke(call, call.params.id);
  }

  @Operation(join.nodeAgentCredentialRotate)
  rotate(call: CallOf<typeof join.nodeAgentCredentialRotate>) {
    return this.joining.rotate(call);
  }

  @Operation(join.nodeAgentCredentialRevoke)
  giveBack(call: CallOf<typeof join.nodeAgentCredentialRevoke>) {
    return this.joining.revoke(call, callingNode(call));
  }

  @Operation(join.nodeAgentIdentityView)
  identity(call: CallOf<typeof join.nodeAgentIdentityView>) {
    return this.joining.identity(call);
  }
}
