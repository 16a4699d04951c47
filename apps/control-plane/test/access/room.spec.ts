import { expect, it } from 'vitest';
import { type Leave, Room } from '../../src/http/room.ts';

const inside = (answer: Leave | 'full' | 'share'): Leave => {
  if (typeof answer === 'string') throw new Error(`no place: ${answer}`);
  return answer;
};

it('has so many places, and for one token its share of them', () => {
  const room = new Room(3, 2);
  const first = inside(room.enter('a'));
  inside(room.enter('a'));
  expect(room.enter('a')).toBe('share');
  inside(room.enter('b'));
  expect(room.enter('b')).toBe('full');
  first();
  inside(room.enter('b'));
});

it('takes a place back once, however often it is given', () => {
  const room = new Room(2, 2);
  const leave = inside(room.enter('a'));
  inside(room.enter('a'));
  leave();
  leave();
  inside(room.enter('a'));
  expect(room.enter('a')).toBe('full');
});
