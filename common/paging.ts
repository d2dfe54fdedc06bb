/** Everything that AWS answers in pages. */
export async function allPages<T>(
  ask: (token: string | undefined) => Promise<{ items: T[] | undefined; next: string | undefined }>,
): Promise<T[]> {
  const { items = [], next } = await ask(undefined);
  const all = [...items];
  for (let token = next; token !== undefined && token !== "";) {
    const page = await ask(token);
    all.push(...(page.items ?? []));
    token = page.next;
  }
  return all;
}
