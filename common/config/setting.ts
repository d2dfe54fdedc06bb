import type { Fault, Shape } from "./shapes/shape";

/** How large an installation is. */
export const sizes = ["small", "medium", "large"] as const;
export type Size = (typeof sizes)[number];

/** A default for each size. */
export type BySize<T> = Record<Size, T>;

/** Containers of the installation, as the settings name them. The jobs' is that of the API. */
export type Container = "api" | "console" | "migration";

/** What every setting declares, whatever its type. */
export interface SettingArgs {
  /** One or two sentences: what it is for, its unit, where the fact comes from. */
  description: string;
  /** A value as the user would type it. */
  example?: string;
  /** May be left out; the layer then gets `undefined`. */
  optional?: boolean;
  /** The installer's version that introduced it. Default: the first. */
  since?: string;
  /** What a change after the first deployment means, where it isn't just deployed: a sentence. */
  change?: string;
  /**
   * Variables of the vendor's containers that get the value as it is; a flag that is off sets none. Where the value is an address,
   * the tasks of those containers may call its port.
   */
  env?: Partial<Record<Container, string>>;
}

/** The typed value of a text, or what is wrong with the text. */
export type Parsed<T> = { value: T } | { fault: Fault };

/** One configuration key of a layer, as data: it is parsed, refused, documented and asked for from this. */
export interface Setting<T> extends SettingArgs {
  kind: "text" | "number" | "flag" | "choice" | "list" | "map" | "secret";
  /** What a value may be, as the end of the sentence "allowed: …". */
  allowed: string;
  default?: unknown;
  /** In place of `default`, where it follows the installation's size. */
  bySize?: BySize<unknown>;
  secret: boolean;
  /** Of a number: the least and the most. Of a list: the fewest items. */
  min?: number;
  max?: number;
  /** Of a choice: its words. */
  choices?: readonly string[];
  /** Of a text, or of each in a list or a map. */
  shape?: Shape;
  /** What a file with the value may be called, where it is set from one. */
  file?: string;
  parse(text: string): Parsed<T>;
}
