/*
 * JSON Schemas as plain objects, and the TypeScript type of what each of them lets through: one truth for the checker,
 * the API description and the compiler.
 */

declare const parts: unique symbol;

type Properties = Readonly<Record<string, object>>;
/** No property at all. */
type None = { readonly [Name in never]: object };

/** An object with exactly these properties. */
export interface ObjectSchema<Required extends Properties, Optional extends Properties> {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly required: readonly string[];
  readonly properties: Required & Optional;
  /** For the compiler alone. */
  readonly [parts]?: { readonly required: Required; readonly optional: Optional };
}

/** An object with all of the first properties, any of the second, and no others. */
export function object<Required extends Properties, Optional extends Properties = None>(
  required: Required,
  optional?: Optional,
): ObjectSchema<Required, Optional> {
  return {
    type: "object",
    additionalProperties: false,
    required: Object.keys(required),
    properties: { ...required, ...optional } as Required & Optional,
  };
}

/** A list of at most `max` items. */
export const list = <Item extends object>(items: Item, max: number) =>
  ({ type: "array", items, maxItems: max }) as const;

/** A list of exactly one item. */
export const single = <Item extends object>(items: Item) =>
  ({ type: "array", items, minItems: 1, maxItems: 1 }) as const;

/** One of these words. */
export const words = <const Word extends string>(...all: readonly Word[]) =>
  ({ type: "string", enum: all }) as const;

/** The same text or whole number, or null. */
export const nullable = <Type extends string, Schema extends { readonly type: Type }>(
  schema: Schema & { readonly type: Type },
): Omit<Schema, "type"> & { readonly type: readonly [Type, "null"] } => ({
  ...schema,
  type: [schema.type, "null"],
});

/** Null, or what the schema lets through. */
export const orNull = <Schema extends object>(schema: Schema) =>
  ({ anyOf: [schema, { type: "null" }] }) as const;

interface Plain {
  readonly string: string;
  readonly integer: number;
  readonly boolean: boolean;
  readonly null: null;
}

type Flat<T> = { readonly [K in keyof T]: T[K] };

type FromObject<Required extends Properties, Optional extends Properties> = Flat<
  { readonly [K in keyof Required]: FromSchema<Required[K]> } & {
    readonly [K in keyof Optional]?: FromSchema<Optional[K]>;
  }
>;

/** The values that a schema lets through. */
export type FromSchema<Schema> = Schema extends { readonly const: infer Value }
  ? Value
  : Schema extends { readonly enum: readonly (infer Word)[] }
    ? Word
    : Schema extends { readonly anyOf: readonly (infer Choice)[] }
      ? FromSchema<Choice>
      : Schema extends ObjectSchema<infer Required, infer Optional>
        ? FromObject<Required, Optional>
        : FromListOrPlain<Schema>;

type FromListOrPlain<Schema> = Schema extends {
  readonly type: "array";
  readonly items: infer Item;
  readonly minItems: 1;
  readonly maxItems: 1;
}
  ? readonly [FromSchema<Item>]
  : Schema extends { readonly type: "array"; readonly items: infer Item }
    ? readonly FromSchema<Item>[]
    : Schema extends { readonly type: keyof Plain }
      ? Plain[Schema["type"]]
      : Schema extends { readonly type: readonly (infer Type extends keyof Plain)[] }
        ? Plain[Type]
        : never;
