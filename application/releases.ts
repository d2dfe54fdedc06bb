/**
 * Whether a release is older than another. Releases begin with their date and build number (`20260105-317-signed`); tags of another
 * form can't be compared.
 */
export function isOlder(release: string, than: string): boolean {
  const [a, b] = [release, than].map((tag) => /^(\d{8})-(\d+)/.exec(tag)?.slice(1).map(Number));
  const [date = 0, build = 0] = a ?? [];
  const [otherDate = 0, otherBuild = 0] = b ?? [];
  return a !== undefined && b !== undefined && (date < otherDate || (date === otherDate && build < otherBuild));
}

/** The release that a reference names: `20250901-101-signed` of `registry/service:20250901-101-signed@sha256:…`. */
export function tagOf(reference: string): string | undefined {
  const [name] = reference.slice(reference.lastIndexOf("/") + 1).split("@");
  return name?.split(":")[1];
}

/** The word for `migrationRun` that says to which release the database was restored; it may go on. */
export function restoredTo(release: string): string {
  return `restored-to-${release}`;
}
