import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { repository } from "../../repository";

/** A declaration of a source, or what a source does as it is loaded. */
export interface Piece {
  /** Path of the source in the checkout. */
  file: string;
  /** Undefined where it isn't a declaration of one name. */
  name: string | undefined;
  /** Without comments. */
  text: string;
  /** The import statements of the source. */
  imports: string;
}

/**
 * The code that these folders and files hold, and of what it imports from elsewhere in the checkout, those declarations that it leads to by their
 * names: a layer answers for what it uses of the shared code, not for all that shares a file with it.
 *
 * @param others what isn't meant, though it lies in these folders, or they lead to it.
 */
export function reached(places: string[], others: string[] = []): Piece[] {
  const isIn = (file: string, folders: string[]): boolean =>
    folders.some((each) => file === each || file.startsWith(`${each}/`));
  const isOwn = ({ file }: Pick<Piece, "file">): boolean => isIn(file, places) && !isIn(file, others);
  const own = places.flatMap((each) => filesIn(join(repository, each)));
  const sources = withImports(own.filter((path) => isOwn({ file: relative(repository, path) })));
  const pieces = sources.flatMap(piecesOf).filter(({ file }) => !isIn(file, others));
  const waiting = new Set(pieces);
  const found: Piece[] = [];
  let next = pieces.filter((piece) => isOwn(piece) || piece.name === undefined);
  while (next.length > 0) {
    next.forEach((piece) => waiting.delete(piece));
    found.push(...next);
    const named = new Set(next.flatMap(namesIn));
    next = [...waiting].filter(({ name = "" }) => named.has(name));
  }
  return found;
}

/** The names in a piece; what it imports under another name, by its own. */
function namesIn({ text, imports }: Piece): string[] {
  const words = new Set(text.match(/\w+/g));
  const renamed = [...imports.matchAll(/(\w+) as (\w+)/g)].filter(([, , alias = ""]) => words.has(alias));
  return [...words, ...renamed.map(([, name = ""]) => name)];
}

/** Sources of a folder, without tests, the sandbox, and what writes the policies; a file by itself. */
function filesIn(folder: string): string[] {
  if (folder.endsWith(".ts")) {
    return [folder];
  }
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ["node_modules", "sandbox", "test", "testing", "permissions"].includes(entry.name) ? [] : filesIn(path);
    }
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

/** These sources, and those that they import. */
function withImports(files: string[]): string[] {
  const all = new Set(files);
  // What is added while the set is read is read too.
  all.forEach((file) => importsOf(file).forEach((imported) => all.add(imported)));
  return [...all];
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/ from "(\.[^"]*|@selfhosted\/common[^"]*)"/g)].flatMap(
    ([, name = ""]) => {
      const path = name.startsWith(".")
        ? join(dirname(file), name)
        : join(repository, name.replace("@selfhosted/", ""));
      return [`${path}.ts`, join(path, "index.ts")].filter((each) => existsSync(each)).slice(0, 1);
    },
  );
}

const declaration = /^(?:export )?(?:declare )?(?:abstract )?(?:async )?(?:function|const|class|interface|type) (\w+)/;

/** Prettier leaves only what begins a statement, or ends one, at the beginning of a line. */
function piecesOf(file: string): Piece[] {
  const source = readFileSync(file, "utf8").replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  const statements = source.split(/^(?=[\w{"[(])/m);
  const isReexport = (text: string): boolean => /^export (\{|\*)/.test(text);
  const imports = statements.filter((text) => text.startsWith("import ") || (isReexport(text) && / from /.test(text)));
  // What a source exports of others is reached by whoever names it.
  const isElsewhere = (text: string): boolean => imports.includes(text) || isReexport(text);
  return statements
    .filter((text) => text.trim() !== "" && !isElsewhere(text))
    .map((text) => ({
      file: relative(repository, file),
      name: declaration.exec(text)?.[1],
      text,
      imports: imports.join(""),
    }));
}
