import { CsvError, parse } from "csv-parse/sync";
import { reasonOf } from "../data-directory.ts";
import { CommandError } from "../surroundings.ts";
import type { Basket, Column } from "./basket.ts";
import { LineFault, basketOf, columns } from "./basket.ts";
import type { FileLine } from "./file-lines.ts";
import { fileLines } from "./file-lines.ts";
import { lineBytesMax } from "./limits.ts";

/** A line of the file: a basket, or why it is none. */
export interface ReadLine {
  readonly line: number;
  readonly bytes: number;
  readonly basket: Basket | LineFault;
}

interface Header {
  readonly places: Readonly<Record<Column, number>>;
  readonly width: number;
}

/**
 * Opens a CSV file of baskets, one a line, and reads its first line; the rest is read as it is asked for.
 * @throws CommandError when it cannot be read, or a column is missing
 */
export async function openBaskets(file: string): Promise<AsyncGenerator<ReadLine>> {
  const lines = fileLines(file);
  const first = await lines.next().catch((cause: unknown) => {
    throw new CommandError(`cannot read ${file}: ${reasonOf(cause)}`, undefined, { cause });
  });
  if (first.done === true) throw new CommandError(`${file} is empty; its first line names columns`);
  return basketsOf(lines, headerOf(file, first.value));
}

function headerOf(file: string, line: FileLine): Header {
  const names = namesIn(file, line);
  const missing = columns.filter((column) => !names.includes(column));
  const twice = columns.filter((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (missing.length > 0) {
    throw new CommandError(`line 1 of ${file} names no column ${missing.join(", ")}`);
  }
  if (twice.length > 0) throw new CommandError(`line 1 of ${file} names ${twice.join(", ")} twice`);
  return { places: perColumn((column) => names.indexOf(column)), width: names.length };
}

function namesIn(file: string, line: FileLine): readonly string[] {
  try {
    return valuesOf(line);
  } catch (error) {
    if (error instanceof LineFault) throw new CommandError(`line 1 of ${file}: ${error.message}`);
    throw error;
  }
}

async function* basketsOf(
  lines: AsyncIterable<FileLine>,
  header: Header,
): AsyncGenerator<ReadLine> {
  for await (const line of lines) {
    if (line.text === "") continue;
    yield { line: line.number, bytes: line.bytes, basket: basketIn(line, header) };
  }
}

function basketIn(line: FileLine, { places, width }: Header): Basket | LineFault {
  try {
    const values = valuesOf(line);
    if (values.length !== width)
      throw new LineFault(`it has ${values.length} values, not ${width}`);
    // A time shows where it ends. After anything else a file that breaks off may have lost digits.
    if (!line.ended && places.time !== width - 1) throw new LineFault("the file breaks off in it");
    return basketOf(
      line.number,
      perColumn((column) => values[places[column]] ?? ""),
    );
  } catch (error) {
    if (error instanceof LineFault) return error;
    throw error;
  }
}

/** @throws LineFault */
function valuesOf({ text }: FileLine): readonly string[] {
  if (text === undefined) throw new LineFault(`it is longer than ${lineBytesMax} bytes`);
  // A line without quotes needs no parser, and hardly any line has one.
  if (!text.includes('"')) return text.split(",");
  try {
    return parse(text, { relax_column_count: true })[0] ?? [];
  } catch (error) {
    if (error instanceof CsvError) throw new LineFault("its quotes do not match");
    throw error;
  }
}

const perColumn = <T>(of: (column: Column) => T): Record<Column, T> =>
  Object.fromEntries(columns.map((column) => [column, of(column)])) as Record<Column, T>;
