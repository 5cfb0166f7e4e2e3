import { defaultLimits } from "@scrip/domain";
import {
  amount,
  batchId,
  opId,
  participantId,
  programId,
  unit,
  type ControlEvent,
  type Program,
} from "@scrip/domain";
import { describe, expect, it } from "vitest";
import { CommittedRegistry } from "../../src/committed/index.ts";

const common = { atMs: 1, actor: participantId("acme"), opId: opId("00".repeat(32)) };
const program = (version: number): Program => ({
  programId: programId("gold"),
  version,
  kind: "GIFT_CARD",
  unit: unit("CNY"),
  issuer: participantId("acme"),
  refundWindowDays: 90,
  showBalance: false,
  ...defaultLimits,
  effectiveFromMs: version,
});
const created = (version: number): ControlEvent => ({
  ...common,
  type: "ProgramCreated",
  program: program(version),
});
const batch = {
  batchId: batchId("11".repeat(16)),
  programId: programId("gold"),
  programVersion: 1,
  issuer: participantId("acme"),
  count: 10,
  faceValue: amount(500),
  expiresAtMs: null,
  createdAtMs: 1,
  generated: 0,
};

describe("committed registry", () => {
  it("knows nothing before it is told", () => {
    const registry = new CommittedRegistry();
    expect(registry.program(programId("gold"))).toBeUndefined();
    expect(registry.batch(batch.batchId)).toBeUndefined();
    expect(registry.participant(participantId("acme"))).toBeUndefined();
  });

  it("keeps every version of a program and answers with the newest", () => {
    const registry = new CommittedRegistry();
    registry.apply(created(1));
    registry.apply(created(2));
    expect(registry.program(programId("gold"))).toEqual(program(2));
    expect(registry.program(programId("gold"), 1)).toEqual(program(1));
    expect(registry.program(programId("gold"), 3)).toBeUndefined();
  });

  it("knows batches and participants, and hearing of one twice changes nothing", () => {
    const registry = new CommittedRegistry();
    const participant = { participantId: participantId("north"), registeredAtMs: 1 };
    for (let time = 0; time < 2; time++) {
      registry.apply({ ...common, type: "ParticipantRegistered", participant });
      registry.apply({
        ...common,
        type: "BatchCreated",
        programId: batch.programId,
        programVersion: 1,
        batch,
      });
      registry.apply(created(1));
    }
    expect(registry.participant(participant.participantId)).toEqual(participant);
    expect(registry.batch(batch.batchId)).toEqual(batch);
    expect([...registry.batches()]).toEqual([batch]);
    expect(registry.program(programId("gold"))).toEqual(program(1));
  });
});
