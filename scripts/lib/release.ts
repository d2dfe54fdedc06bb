/**
 * Refuses an older release than the one serving. Releases begin with their date and build number (`20260105-317-signed`); tags of
 * another form can't be compared, and pass.
 *
 * @throws Error that says why, and how to insist.
 */
export function refuseDowngrade(from: string, to: string): void {
  const [before, after] = [from, to].map((tag) => /^(\d{8})-(\d+)/.exec(tag)?.slice(1).map(Number));
  if (before === undefined || after === undefined) {
    return;
  }
  const [fromDate = 0, fromBuild = 0] = before;
  const [toDate = 0, toBuild = 0] = after;
  if (toDate < fromDate || (toDate === fromDate && toBuild < fromBuild)) {
    throw new Error(
      `${to} is older than ${from}, which is serving. The database has been migrated for ${from}, and there is no migration ` +
        `back: an older release on it is unsupported unless the vendor says so. If it does: add ALLOW_DOWNGRADE=1`,
    );
  }
}
