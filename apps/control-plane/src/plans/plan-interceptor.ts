import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { AnyCall, Planning } from '@weft/contract';
import { ProblemError, type Rehearsal } from '@weft/model';
import { Rehearsed } from '@weft/store';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { WeftRequest } from '../http/weft-request.ts';
import { Plans } from './plans.ts';

/** Refuses what cannot be meant. Throws ProblemError ValidationFailed. */
function planningOf({ operation, query }: AnyCall): Planning {
  if (!operation.audited) return {};
  const planning = query as Planning;
  if (planning.dryRun === undefined || planning.planToken === undefined) return planning;
  const message = 'a plan is made or applied, not both at once';
  throw new ProblemError('ValidationFailed', message, [{ pointer: 'query/planToken', code: 'NotAllowed', message }]);
}

/** Has requests planned, and plans applied: whatever an operation does, it is carried out by its own handler. */
@Injectable()
export class PlanInterceptor implements NestInterceptor {
  constructor(private readonly plans: Plans) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<WeftRequest>();
    const { call } = request;
    if (call === undefined) throw new Error('the request was not read before it was planned');
    const { dryRun, planToken } = planningOf(call);
    const attempt = async (rehearsal: Rehearsal, idempotencyKey: string | null) => {
      request.call = { ...call, rehearsal, idempotencyKey };
      try {
        return { answer: await lastValueFrom(next.handle()) };
      } catch (error) {
        if (error instanceof Rehearsed) return error.effect;
        throw error;
      }
    };
    if (dryRun !== undefined) return from(this.plans.make(call, attempt));
    return planToken === undefined ? next.handle() : from(this.plans.apply(call, planToken, attempt));
  }
}
