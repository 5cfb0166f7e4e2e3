/** An HTTP answer, as far as a refusal is read from it. */
interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  json<Body>(): Body;
}

/** A body that must be refused before anything is done, and the field that its refusal names. */
export interface BadBody {
  readonly name: string;
  readonly body: string | Buffer;
  readonly field?: string;
  readonly status?: number;
  readonly contentType?: string;
}

/**
 * Everything that can be wrong with a body that moves value.
 * @param valid a body that would be taken, with `amount: 5` in it.
 */
export function badBodies(valid: object): BadBody[] {
  const text = JSON.stringify(valid);
  const amount = (written: string): string => text.replace('"amount":5', `"amount":${written}`);
  const withAmount = (name: string, written: string): BadBody => ({
    name: `amount ${name}`,
    body: amount(written),
    field: "/amount",
  });
  return [
    withAmount("as text", '"5"'),
    withAmount("as a list", "[5]"),
    withAmount("true", "true"),
    withAmount("null", "null"),
    withAmount("5.0e0", "5.0e0"),
    withAmount("5.0", "5.0"),
    withAmount("1e400", "1e400"),
    withAmount("almost 5", "4.9999999999999999999"),
    withAmount("negative", "-5"),
    withAmount("0", "0"),
    withAmount("-0", "-0"),
    withAmount("2^53", "9007199254740992"),
    withAmount("twice", '5,"amount":5'),
    { name: "an extra field", body: amount('5,"extra":1'), field: "/extra" },
    {
      name: "no amount",
      body: text.replace(/"amount":5,?/, "").replace(",}", "}"),
      field: "/amount",
    },
    { name: "nothing", body: "" },
    { name: "a list", body: `[${text}]` },
    { name: "half of it", body: text.slice(0, -1) },
    { name: "broken UTF-8", body: Buffer.from(text.replace("{", '{"\u00ff":1,'), "latin1") },
    { name: "65 KiB", body: text.replace("{", `{"pad":"${"x".repeat(65 * 1024)}",`), status: 413 },
    { name: "another content type", body: text, status: 415, contentType: "text/plain" },
  ];
}

/** Status and field of a refusal: the field expected, where it is among those named, else the first of them. */
export function refusalOf(answer: HttpAnswer, expected?: string): unknown[] {
  const { errors } = answer.json<{ errors: readonly { field: string }[] }>();
  const named = errors.find(({ field }) => field === expected) ?? errors[0];
  const type = String(answer.headers["content-type"]);
  const json = type.startsWith("application/problem+json");
  return [json ? answer.statusCode : "no problem+json", expected && named?.field];
}
