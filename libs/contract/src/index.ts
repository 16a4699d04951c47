export type { AnyCall, Call, CallOf, Principal } from './call.ts';
export { type Decision, decide, mayGrant } from './decide.ts';
export type { AnyOperation, OperationDefinition } from './definition.ts';
export * from './headers.ts';
export { LIST_LIMIT, WATCH_POSITION } from './lists.ts';
export { Operation, operationOf, type RequestWithCall } from './operation.ts';
export type { JoinTokenIssued } from './operations/join-tokens.ts';
export * from './operations.ts';
export { isFleetWide, PERMISSIONS, type Permission, permissionsOf, ROLES, type Role, roleMay, rolesWith } from './permissions.ts';
