import { createParamDecorator, type ExecutionContext, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';
import type { AnyCall, CallOf } from './call.ts';
import type { AnyOperation } from './definition.ts';

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
  return <R>(target: object, key: string, descriptor: TypedPropertyDescriptor<(call: CallOf<D>) => R>): void => {
    RequestMapping({ path: definition.path.replaceAll(/\{(\w+)\}/g, ':$1'), method: RequestMethod[definition.method as 'GET'] })(
      target,
      key,
      descriptor as PropertyDescriptor,
    );
    HttpCode(definition.answer.status)(target, key, descriptor as PropertyDescriptor);
    SetMetadata(OPERATION_METADATA, definition)(target, key, descriptor as PropertyDescriptor);
    ValidatedCall()(target, key, 0);
  };
}

/** The operation a handler is bound to; undefined when it has none. */
export function operationOf(handler: object): AnyOperation | undefined {
  return Reflect.getMetadata(OPERATION_METADATA, handler);
}
