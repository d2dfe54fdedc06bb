import type { EcrImage } from "../../application/operations";
import { unmet } from "../demand";
import type { ReadImage } from "./read";
import { type FoundRepository, repositoryDemands } from "./repositories";
import type { ImageSettings, Target } from "./targets";

/** What there is of an image, where it goes and where it comes from. */
export interface Found {
  target: Target;
  /** Undefined where there is none yet. */
  repository: FoundRepository | undefined;
  /** Digest that the tag has in ECR already. */
  present: string | undefined;
  /** Why it can't be copied, or what is known of it; undefined where nobody could ask. */
  source: ReadImage | { problem: string } | undefined;
}

/** What will be done. */
export interface Plan {
  /** A line each. */
  steps: string[];
  /** What isn't as it should be of what others have made, with the command that changes it. */
  warnings: string[];
  /** Repositories to make, or to complete. */
  repositories: Found[];
  /** Images to copy. */
  copies: Found[];
}

/** @throws Error that lists all that is against it. */
export function planImages(all: Found[], settings: ImageSettings | undefined): Plan {
  const copies = all.filter(({ present }) => present === undefined);
  const unread = copies.some(({ source }) => source !== undefined && "problem" in source);
  const problems = [...copies.flatMap(sourceProblems), ...pinProblems(all), ...cpuProblems(copies, settings)];
  if (problems.length > 0) {
    const lines = problems.map((problem) => `  ${problem}`);
    throw new Error(["Nothing was changed:", ...lines, ...(unread ? [ways] : [])].join("\n"));
  }
  // Images may share a repository only where settings name them by themselves.
  const distinct = all.filter(
    ({ target }, index) => all.findIndex((other) => nameOf(other.target.image) === nameOf(target.image)) === index,
  );
  const repositories = distinct.filter((each) => missingOf(each).length > 0);
  return {
    steps: [
      ...repositories.map(({ target, repository, ...found }) => {
        const names = missingOf({ target, repository, ...found }).join(", ");
        return `${repository === undefined ? "make" : "complete"} the repository ${nameOf(target.image)}: ${names}`;
      }),
      ...all.map(({ target: { image }, present, source }) =>
        present === undefined
          ? `copy ${image.repository}:${image.tag}${shownSource(source)}`
          : `${image.repository}:${image.tag} is there already, ${present}`,
      ),
    ],
    warnings: warningsOf(distinct),
    repositories,
    copies,
  };
}

const ways =
  "Where a registry wants a password: `skopeo login` or `crane auth login`, with its name. Where it can't be reached: FROM=<a registry " +
  "that has the images> or FROM=<a folder with their archives>.";

function nameOf({ repository, region }: EcrImage): string {
  return `${repository} in ${region}`;
}

/** What a repository of this command lacks; all of one that is to be made. Those of others stay as they are. */
function missingOf({ target, repository }: Found): string[] {
  if (repository === undefined) {
    return repositoryDemands.map(({ name }) => name);
  }
  return repository.isOwn ? unmet(repositoryDemands, target.image, repository).map(({ name }) => name) : [];
}

/** What isn't as it should be of repositories that others made: a line for each fault, and one for each command that changes it. */
function warningsOf(found: Found[]): string[] {
  const others = found.flatMap(({ target: { image }, repository }) =>
    repository === undefined || repository.isOwn ? [] : [{ image, repository }],
  );
  return repositoryDemands.flatMap(({ fault, holds, command }) => {
    const unfit = others.filter(({ image, repository }) => !holds(repository, image));
    const names = unfit.map(({ image }) => image.repository).join(", ");
    return unfit.length === 0
      ? []
      : [
          `${names}: ${fault}. That is left as it is; to change it:`,
          ...unfit.map(({ image, repository }) => `  ${command(image, repository)}`),
        ];
  });
}

function shownSource(source: Found["source"]): string {
  const read = readOf(source);
  return read === undefined
    ? ""
    : `, ${read.digest ?? "whose digest the archive doesn't keep"}, for ${read.architectures.join(" and ")}`;
}

function sourceProblems({ source }: Found): string[] {
  return source !== undefined && "problem" in source ? [source.problem] : [];
}

/** What could be read. */
export function readOf(source: Found["source"]): ReadImage | undefined {
  return source !== undefined && "from" in source ? source : undefined;
}

const pinKeys = { api: "apiImageDigest", console: "consoleImageDigest", migration: "migrationImageDigest" } as const;

/** The configuration may hold an image to a digest; it must be that one which is copied, or is there. */
function pinProblems(all: Found[]): string[] {
  return all.flatMap(({ target: { kind, image, pinned }, present, source }) => {
    const found = present ?? readOf(source)?.digest;
    return pinned === undefined || found === undefined || found === pinned
      ? []
      : [
          `${image.repository}:${image.tag} is ${found}, but ${pinKeys[kind]} says ${pinned}: one of both isn't the release`,
        ];
  });
}

const cpus: Record<string, string> = { amd64: "X86_64", arm64: "ARM64" };

/** The tasks' CPU is one that every image is for. */
function cpuProblems(copies: Found[], settings: ImageSettings | undefined): string[] {
  const known = copies.flatMap(({ target, source }) => {
    const { architectures = [] } = readOf(source) ?? {};
    return architectures.length > 0 ? [{ target, architectures }] : [];
  });
  const fits = (cpu: string, architectures: string[]): boolean => architectures.some((each) => cpus[each] === cpu);
  const common = Object.values(cpus).filter((cpu) => known.every(({ architectures }) => fits(cpu, architectures)));
  const configured = settings && (settings.cpuArchitecture ?? "X86_64");
  const list = (some: typeof known): string =>
    some.map(({ target, architectures }) => `${target.image.repository} (${architectures.join(", ")})`).join(", ");
  if (common.length === 0) {
    return [`no CPU of Fargate runs all three images: ${list(known)}`];
  }
  if (configured === undefined || common.includes(configured)) {
    return [];
  }
  const unfit = known.filter(({ architectures }) => !fits(configured, architectures));
  return [
    `cpuArchitecture is ${configured}, but not so ${list(unfit)}. In application/: pulumi config set cpuArchitecture ${common[0]}`,
  ];
}

/** For which CPU tasks must be configured, where the images leave no choice. */
export function onlyCpu(copies: Found[]): string | undefined {
  const choice = Object.entries(cpus).filter(([architecture]) =>
    copies.every(({ source }) => readOf(source)?.architectures.includes(architecture) ?? true),
  );
  return choice.length === 1 ? choice[0]?.[1] : undefined;
}
