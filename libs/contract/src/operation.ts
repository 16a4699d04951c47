import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import type { AnyCall, CallOf } from './call.ts';
import type { AnyOperation } from './definition.ts';

/** Handlers whose metadata for @nestjs/swagger is still to be written. That, and loading the library, is nothing a start should wait for. */
const undescribed: (() => Promise<void>)[] = [];

/** Writes the metadata of every handler that was bound, for @nestjs/swagger to make a document from. */
export async function describeAll(): Promise<void> {
  await Promise.all(undescribed.splice(0).map((describe) => describe()));
}

/** Where a handler keeps its operation; the guard, the reader of requests and the boot check look it up here. */
export const OPERATION_METADATA = 'weft:operation';

/** The request as the code before the handler leaves it: with the validated call on it. */
export interface RequestWithCall {
  call?: AnyCall;
}

const ValidatedCall = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const { call } = context.switchToHttp().getRequest<RequestWithCall>();
  if (call === undefined) throw new Error('the request was not read before its handler ran');
  return call;
});

/**
 * Binds a controller's method to an operation of the contract: its route, its guard, its validation, its audit and its place in the OpenAPI
 * document all come from the definition. The method gets the validated call as its one argument.
 */
export function Operation<D extends AnyOperation>(definition: D) {
  const bind = applyDecorators(
    RequestMapping({ path: definition.path.replaceAll(/\{(\w+)\}/g, ':$1'), method: RequestMethod[definition.method as 'GET'] }),
    HttpCode(definition.answer.status),
    SetMetadata(OPERATION_METADATA, definition),
  );
  return <R>(target: object, key: string, descriptor: TypedPropertyDescriptor<(call: CallOf<D>) => R>): void => {
    bind(target, key, descriptor);
    ValidatedCall()(target, key, 0);
    undescribed.push(async () => {
      const { describeOperation } = await import('./openapi/describe.ts');
      applyDecorators(...describeOperation(definition))(target, key, descriptor);
    });
  };
}

/** The operation a handler is bound to; undefined when it has none. */
export function operationOf(handler: object): AnyOperation | undefined {
  return Reflect.getMetadata(OPERATION_METADATA, handler);
}
