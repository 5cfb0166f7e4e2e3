/** Messages that follow one another in the topic. */
interface Run {
  /** Offset of the first one. */
  from: number;
  /** Offset behind the last one. */
  to: number;
  /** Number in the stream of the first one, if `dense`. */
  seq: number;
  /** Behind the highest number in the stream among them. */
  nextSeq: number;
  /** Whether each offset stands for exactly the next number. */
  dense: boolean;
}

/**
 * What was fetched of one shard and is not yet known to be on the ledger: tells how far the topic need not be read
 * again. Only a beginning without exception counts, whatever order duplicates and replays came in.
 */
export class Unconfirmed {
  readonly #runsMax: number;
  #runs: Run[] = [];
  #confirmedSeq: number | null = null;

  constructor(runsMax: number) {
    this.#runsMax = runsMax;
  }

  /** Everything of the shard before it is on the ledger; null when nothing was confirmed yet. */
  get confirmedSeq(): number | null {
    return this.#confirmedSeq;
  }

  /** Offset behind the last message that arrived; null before the first. */
  get arrivedTo(): number | null {
    return this.#runs.at(-1)?.to ?? this.#passedTo;
  }
  #passedTo: number | null = null;

  /** @param seq null for a message that is none of ours: there is nothing to wait for */
  arrived(offset: number, seq: number | null): void {
    const last = this.arrivedTo;
    // The topic is read again from further back: what stood there may be another message now.
    if (last !== null && offset < last) this.restart();
    const run = this.#runs.at(-1);
    const nextSeq = seq === null ? 0 : seq + 1;
    if (run?.dense === true && offset === run.to && seq === run.nextSeq) {
      run.to += 1;
      run.nextSeq = nextSeq;
      return;
    }
    this.#runs.push({ from: offset, to: offset + 1, seq: seq ?? 0, nextSeq, dense: seq !== null });
    if (this.#runs.length > this.#runsMax) this.#joinOldest();
  }

  /** Everything before `nextSeq` is on the ledger. */
  confirm(nextSeq: number): void {
    this.#confirmedSeq = Math.max(nextSeq, this.#confirmedSeq ?? nextSeq);
  }

  /** The offset from which to read next time, if it moved; null when it did not. */
  advance(): number | null {
    const confirmed = this.#confirmedSeq;
    if (confirmed === null) return null;
    let to: number | null = null;
    while (this.#runs[0] !== undefined && this.#runs[0].nextSeq <= confirmed) {
      to = this.#runs[0].to;
      this.#runs.shift();
    }
    const [head] = this.#runs;
    if (head?.dense === true && head.seq < confirmed) {
      head.from += confirmed - head.seq;
      head.seq = confirmed;
      to = head.from;
    }
    if (to !== null) this.#passedTo = to;
    return to;
  }

  /** The topic is read anew, from wherever. What is confirmed stays so. */
  restart(): void {
    this.#runs = [];
    this.#passedTo = null;
  }

  #joinOldest(): void {
    const [first, second] = this.#runs.splice(0, 2);
    if (first === undefined || second === undefined) return;
    const nextSeq = Math.max(first.nextSeq, second.nextSeq);
    this.#runs.unshift({ from: first.from, to: second.to, seq: 0, nextSeq, dense: false });
  }
}
