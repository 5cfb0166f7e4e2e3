import { request } from "node:http";

/** One answer to the byte: headers in the order and spelling in which they came. */
export interface RawAnswer {
  readonly status: number;
  /** Name, value, name, value … */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

export interface RawAsked {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks over a connection of its own, with no header but those given and what HTTP/1.1 demands. */
export async function askRaw(url: string, asked: RawAsked): Promise<RawAnswer> {
  const { method, headers = {}, body = "" } = asked;
  return await new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => void pieces.push(piece));
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          rawHeaders: answer.rawHeaders,
          body: Buffer.concat(pieces),
        }),
      );
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The headers without the time, which no two answers share. */
export function headersBesideDate({ rawHeaders }: RawAnswer): string[] {
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 0 && name.toLowerCase() !== "date" ? [`${name}: ${rawHeaders[at + 1]}`] : [],
  );
}
