import { Controller } from '@nestjs/common';
import { type AnyCall, access, type CallOf, decide, OPERATIONS, Operation, type Principal, permissionsOf } from '@weft/contract';
import { type AccessDecision, type Caller, ProblemError } from '@weft/model';

function callerOf({ principal }: AnyCall): Principal {
  if (principal === null) throw new Error('somebody has called');
  return principal;
}

@Controller()
export class AccessController {
  @Operation(access.callerView)
  view(call: CallOf<typeof access.callerView>): Caller {
    const caller = callerOf(call);
    const { kind, name, tokenId, role, namespaces, expiresAt } = caller;
    return {
      kind,
      name,
      tokenId,
      role,
      namespaces: namespaces === null ? null : [...namespaces],
      expiresAt,
      permissions: permissionsOf(caller),
    };
  }

  @Operation(access.accessCheck)
  check(call: CallOf<typeof access.accessCheck>): AccessDecision {
    const { operation: id, namespace } = call.body;
    const operation = OPERATIONS.find((one) => one.id === id);
    if (operation !== undefined) return decide(callerOf(call), operation, namespace);
    const message = `there is no operation ${id}; /openapi.json lists them as operationId`;
    throw new ProblemError('ValidationFailed', message, [{ pointer: '/operation', code: 'NotFound', message }]);
  }
}
