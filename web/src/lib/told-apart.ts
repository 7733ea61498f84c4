interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * The same devices, of which no two have one name: what bears the name of another gets a number behind it, "Chrome on Linux 2".
 * The earlier one of the list keeps the plain name.
 */
export function toldApart<T extends Named>(devices: readonly T[]): readonly T[] {
  const taken = new Set<string>();
  return devices.map((device) => {
    let name = device.name;
    for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${device.name} ${n}`;
    taken.add(name.toLowerCase());
    return name === device.name ? device : { ...device, name };
  });
}
