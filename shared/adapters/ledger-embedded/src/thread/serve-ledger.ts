import type { MessagePort } from "node:worker_threads";
import type { EmbeddedLedger } from "../local-engine.ts";
import { buffersOf, carried, pack, type Question, type Report, unpack } from "./messages.ts";

/** A ledger that was opened in this thread, and what to close after it. */
export interface OpenedLedger {
  readonly ledger: EmbeddedLedger;
  readonly close: () => Promise<void>;
}

/**
 * The ledger's half of a ledger in a thread of its own: opens it, then answers for it until it is asked to close. What
 * goes wrong is told, not thrown: an error that reaches nobody would only end the thread.
 */
export async function serveLedger(
  port: MessagePort,
  open: () => Promise<OpenedLedger>,
): Promise<void> {
  const tell = (report: Report, given: ArrayBuffer[] = []): void => port.postMessage(report, given);
  try {
    const opened = await open();
    const { ledger } = opened;
    ledger.onProgress(() => tell({ kind: "PROGRESS" }));
    port.on("message", (question: Question) => void answer(opened, question, { port, tell }));
    tell({ kind: "OPEN", genesis: ledger.genesis, validators: ledger.validators });
  } catch (error) {
    tell({ kind: "NOT_OPEN", fault: carried(error) });
    port.close();
  }
}

interface Line {
  readonly port: MessagePort;
  readonly tell: (report: Report, given?: ArrayBuffer[]) => void;
}

async function answer(opened: OpenedLedger, question: Question, line: Line): Promise<void> {
  const { id } = question;
  try {
    if (question.name === "blocks") {
      const { fromIndex, limit } = question.given;
      const blocks = await opened.ledger.blocks(fromIndex, limit);
      const packed = blocks.map((block) => ({ ...block, entries: pack(block.entries) }));
      const given = buffersOf(packed.map(({ entries }) => entries));
      line.tell({ kind: "ANSWER", id, answer: packed }, given);
    } else {
      line.tell({ kind: "ANSWER", id, answer: await answerTo(opened, question) });
    }
  } catch (error) {
    line.tell({ kind: "FAULT", id, fault: carried(error) });
  }
  // Without its port nothing keeps the thread.
  if (question.name === "close") line.port.close();
}

function answerTo(
  { ledger, close }: OpenedLedger,
  question: Exclude<Question, { name: "blocks" }>,
) {
  switch (question.name) {
    case "submit": {
      const { header, events } = question.given;
      return ledger.submit({ header, events: unpack(events) });
    }
    case "head":
      return ledger.head(question.given);
    case "checkpoint":
      return ledger.checkpoint();
    case "close":
      return close().then(() => null);
  }
}
