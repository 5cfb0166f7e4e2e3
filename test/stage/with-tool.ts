import { expect, it } from "vitest";

/** A program from outside, as infra/provision has them. */
interface Tool<Found extends { readonly version: string }> {
  readonly describe: string;
  find(): Promise<Found | { readonly missing: string }>;
}

/**
 * Registers tests that need a program from outside. Where it is missing there is one test instead, which is skipped and
 * says why; with `CI=true` it fails.
 */
export async function withTool<Found extends { readonly version: string }>(
  tool: Tool<Found>,
  register: (found: Found) => void | Promise<void>,
): Promise<void> {
  const found = await tool.find();
  if (!("missing" in found)) {
    await register(found);
    return;
  }
  it(`has ${tool.describe}`, (context) => {
    expect(process.env["CI"], found.missing).not.toBe("true");
    context.skip(found.missing);
  });
}
