import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Unconfirmed } from "../src/subscription/unconfirmed.ts";

/** Messages of the shard as they stand in the topic, from offset 0 on. */
function arrivedAll(seqs: readonly (number | null)[], runsMax = 256): Unconfirmed {
  const unconfirmed = new Unconfirmed(runsMax);
  seqs.forEach((seq, offset) => unconfirmed.arrived(offset, seq));
  return unconfirmed;
}

function advancedTo(unconfirmed: Unconfirmed, nextSeq: number): number | null {
  unconfirmed.confirm(nextSeq);
  return unconfirmed.advance();
}

describe("unconfirmed messages", () => {
  it("lets a position move within a run", () => {
    const unconfirmed = arrivedAll([7, 8, 9, 10]);
    expect(advancedTo(unconfirmed, 9)).toBe(2);
    expect(advancedTo(unconfirmed, 9)).toBeNull();
    expect(advancedTo(unconfirmed, 8)).toBeNull();
    expect(advancedTo(unconfirmed, 20)).toBe(4);
  });

  it("stops at the first that is not confirmed, whatever follows", () => {
    const unconfirmed = arrivedAll([0, 1, 5, 2, 3]);
    expect(advancedTo(unconfirmed, 4)).toBe(2);
    expect(advancedTo(unconfirmed, 6)).toBe(5);
  });

  it("passes over what is none of ours", () => {
    const unconfirmed = arrivedAll([null, 0, null, 1, null]);
    expect(advancedTo(unconfirmed, 2)).toBe(5);
  });

  it("counts what arrives again from further back anew, and keeps what is confirmed", () => {
    const unconfirmed = arrivedAll([0, 1, 2, 3]);
    unconfirmed.confirm(2);
    unconfirmed.arrived(1, 1);
    expect(unconfirmed.arrivedTo).toBe(2);
    expect(unconfirmed.confirmedSeq).toBe(2);
    expect(unconfirmed.advance()).toBe(2);
  });

  it("never moves past an unconfirmed message, however few runs are remembered", () => {
    const seq = fc.option(fc.nat(12), { freq: 8 });
    fc.assert(
      fc.property(
        fc.array(seq, { maxLength: 40 }),
        fc.array(fc.nat(14), { maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        (seqs, confirmations, runsMax) => {
          const unconfirmed = arrivedAll(seqs, runsMax);
          let [position, confirmed] = [0, 0];
          for (const nextSeq of confirmations) {
            confirmed = Math.max(confirmed, nextSeq);
            const to = advancedTo(unconfirmed, nextSeq);
            if (to !== null) expect(to).toBeGreaterThan(position);
            position = to ?? position;
            const passed = seqs.slice(0, position);
            expect(passed.every((one) => one === null || one < confirmed)).toBe(true);
          }
          expect(advancedTo(unconfirmed, 100) ?? position).toBe(seqs.length);
        },
      ),
    );
  });
});
