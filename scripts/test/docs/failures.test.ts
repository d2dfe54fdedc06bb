import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as ts from "typescript";
import { repository } from "../../repository";

const page = readFileSync(join(repository, "scripts/runbooks/failures.md"), "utf8");

/** The messages of our own, with `…` for what differs from case to case. */
const quoted = [...page.matchAll(/^```text\n([^]*?)^```$/gm)].flatMap(([, text = ""]) => text.trim().split("\n"));
const parts = (message: string): string[] => message.split("…").filter((part) => /\w{2}/.test(part));

/** What stands for a value within a text of the code. */
const value = "\u0000";

/** Every text in the code that prints something, tests and the sandbox aside, as it is printed. */
const texts = [
  ...readFileSync(join(repository, "Makefile"), "utf8").split("\n"),
  ...["common", "infrastructure", "application", "dns", "scripts"].flatMap(filesIn).flatMap(textsOf),
];

function filesIn(folder: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      return /^(node_modules|test|testing|sandbox|examples)$/.test(entry.name) ? [] : filesIn(path);
    }
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

function textsOf(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text === undefined) {
      ts.forEachChild(node, visit);
    } else {
      found.push(text);
      valuesIn(node).forEach(visit);
    }
  };
  visit(ts.createSourceFile(path, readFileSync(join(repository, path), "utf8"), ts.ScriptTarget.Latest));
  return found;
}

/** A string, a template, or several of them with `+` between; a value between them is one character. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(value);
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === undefined && right === undefined ? undefined : (left ?? value) + (right ?? value);
  }
  return undefined;
}

/** The values within a text, which may hold texts themselves. */
function valuesIn(node: ts.Node): ts.Node[] {
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  if (!ts.isBinaryExpression(node)) return [];
  return [node.left, node.right].flatMap((side) => (textOf(side) === undefined ? [side] : valuesIn(side)));
}

/** Whether a text has all parts of a message, in their order. */
function isPrinted(message: string, all = texts): boolean {
  return all.some((text) => {
    let from = 0;
    return parts(message).every((part) => {
      const at = text.indexOf(part.trim(), from);
      from = at + part.trim().length;
      return at >= 0;
    });
  });
}

describe("The page of failures", () => {
  it("quotes messages as this project prints them, each from one text", () => {
    expect(quoted.length).to.be.greaterThan(40);
    expect(quoted.filter((message) => !isPrinted(message))).to.deep.equal([]);
  });

  it("would find a message that isn't printed any more, or in another order", () => {
    const all = [`the key ${value} is gone`, "nothing was changed"];
    expect(isPrinted("the key … is gone", all)).to.equal(true);
    expect(isPrinted("is gone … the key", all)).to.equal(false);
    expect(isPrinted("the key … nothing was changed", all)).to.equal(false);
  });

  it("quotes enough of each for it to be found", () => {
    const longest = (message: string): number => Math.max(...parts(message).map((part) => part.trim().length));
    expect(quoted.filter((message) => longest(message) < 12)).to.deep.equal([]);
  });
});
