import { Controller, Inject } from '@nestjs/common';
import { type CallOf, captures, Operation } from '@weft/contract';
import type { Store } from '@weft/store';
import { CallersStore } from '../callers-store.ts';
import { Captures } from '../captures/captures.ts';
import { placeOf, placesOf } from '../captures/places.ts';
import { STORE } from '../tokens.ts';

@Controller()
export class CapturesController {
  constructor(
    @Inject(STORE) private readonly all: Store,
    private readonly store: CallersStore,
    private readonly captures: Captures,
  ) {}

  @Operation(captures.podCapture)
  async pod(call: CallOf<typeof captures.podCapture>) {
    const pod = await this.store.of(call).pods.get(call.params.id);
    const { id, namespace, name } = pod;
    return this.captures.send(call, { about: { kind: 'pod', id, namespace, name }, places: [placeOf(pod)], terms: call.query });
  }

  @Operation(captures.nodeCapture)
  async node(call: CallOf<typeof captures.nodeCapture>) {
    const { id, name } = await this.all.nodes.get(call.params.id);
    return this.captures.send(call, {
      about: { kind: 'node', id, namespace: null, name },
      places: [{ node: name, pod: null }],
      terms: call.query,
    });
  }

  @Operation(captures.serviceCapture)
  async service(call: CallOf<typeof captures.serviceCapture>) {
    const store = this.store.of(call);
    const service = await store.services.get(call.params.id);
    const { id, namespace, name } = service;
    const { node, ...terms } = call.query;
    return this.captures.send(call, {
      about: { kind: 'service', id, namespace, name },
      places: await placesOf(store, service, node),
      terms,
    });
  }
}
