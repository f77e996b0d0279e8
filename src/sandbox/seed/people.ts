import type { SeededRandom } from '../random.ts';
import type { Profile } from '../users/user.ts';

const words = (text: string) => text.trim().split(/\s+/);
const firstNames = words(`
  Ada Ana Bruno Carla Chidi Dara Elif Emil Farid Greta Hana Igor Ines Jonas Kaito Lena Luca Maya Milan Nadia Noor
  Olga Omar Paula Priya Quinn Rosa Samir Sofia Tariq Uma Vera Wanda Xenia Yusuf Zoe`);
const lastNames = words(`
  Abbott Almeida Bauer Brandt Castro Cohen Dubois Duarte Eriksen Farah Fischer Garcia Haddad Hughes Ito Jensen Kaya
  Keller Lopez Marin Mensah Novak Okafor Patel Quist Ricci Ruiz Santos Sato Silva Tanaka Turner Urban Vogel Weiss`);
const departments = words('Sales Engineering Finance Marketing Support People Legal Operations');
const titles = words('Analyst Engineer Manager Specialist Consultant Coordinator');
const cities = ['Rome IT', 'Toronto CA', 'Lyon FR', 'Berlin DE', 'Madrid ES', 'Osaka JP', 'Austin US'].map(
  words,
);

export const domain = 'sandbox.example';

/** The profile of the n-th invented person; the number makes the login unique. */
export function person(random: SeededRandom, n: number): Profile {
  const firstName = random.pick(firstNames);
  const lastName = random.pick(lastNames);
  const login = `${firstName}.${lastName}${n}@${domain}`.toLowerCase();
  const [city, countryCode] = random.pick(cities);
  return {
    firstName,
    lastName,
    login,
    email: login,
    department: random.pick(departments),
    title: random.pick(titles),
    city,
    countryCode,
    employeeNumber: String(10_000 + n),
  };
}
