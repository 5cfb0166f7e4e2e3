import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { CodeFile } from "../src/batch/code-file.ts";
import { CommandError } from "../src/surroundings.ts";
import { stage } from "./stage.ts";

describe("a file for codes", () => {
  it("that cannot be kept from others is not written, and not left open", async () => {
    const { dir } = stage();
    const some = await open(join(dir, "some"), "a+");
    const handles = Object.getPrototypeOf(some) as FileHandle;
    await some.close();
    const tried: FileHandle[] = [];
    const chmod = vi.spyOn(handles, "chmod").mockImplementation(async function (this: FileHandle) {
      tried.push(this);
      throw new Error("not yours");
    });
    try {
      const opening = CodeFile.open(join(dir, "codes.txt"));
      await expect(opening).rejects.toThrow(CommandError);
      await expect(opening).rejects.toThrow("not yours");
    } finally {
      chmod.mockRestore();
    }
    expect(tried.map(({ fd }) => fd)).toEqual([-1]);
  });
});
