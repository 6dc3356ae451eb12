/** RFC 1122, 3.2.1.3 (g) and RFC 4291, 2.5.3; also an IPv4 address written as IPv6. */
export const isLoopback = (address: string): boolean =>
  address === '::1' || /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/.test(address);
