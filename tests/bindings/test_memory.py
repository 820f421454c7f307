"""Shared memory."""

import pytest
import rtss


def test_what_is_written_here_is_read_by_the_peer(peer, name):
    with rtss.SharedMemory(name, size=100) as memory:
        assert memory.created and memory.size == 100
        assert bytes(memory.buf) == bytes(100)
        assert peer.ask("memory", name, 7) == "existed"
        memory.buf[10:15] = b"hello"
        assert peer.ask("read", name, 10, 5) == "hello"
        peer.ask("write", name, 95, "there")
        assert bytes(memory.buf[95:]) == b"there"
        with pytest.raises(IndexError):
            memory.buf[100] = 1


def test_memory_outlives_a_killed_writer(start, name):
    peer = start("c")
    peer.ask("memory", name, 4096)
    peer.ask("write", name, 0, "kept")
    with rtss.SharedMemory.open(name) as memory:
        peer.kill()
        assert bytes(memory.buf[:4]) == b"kept" and memory.size == 4096


def test_memory_goes_with_its_last_handle(name):
    rtss.SharedMemory(name, size=1).close()
    with pytest.raises(rtss.NotFoundError):
        rtss.SharedMemory.open(name)
    assert rtss.SharedMemory(name, size=1).created


def test_closing_is_refused_while_a_slice_refers_to_it(name):
    memory = rtss.SharedMemory(name, size=10)
    part = memory.buf[2:]
    with pytest.raises(BufferError, match="still refers to its memory"):
        memory.close()
    memory.buf[2] = 65
    assert part[0] == 65
    del part
    memory.close()
    memory.close()
    with pytest.raises(ValueError, match="closed"):
        memory.buf


def test_a_slice_keeps_the_memory_of_a_dropped_object(name):
    part = rtss.SharedMemory(name, size=10).buf[1:3]
    part[:] = b"ab"
    assert bytes(part) == b"ab"
    again = rtss.SharedMemory.open(name)
    assert bytes(again.buf[1:3]) == b"ab"
    del part


@pytest.mark.parametrize("size", [0, -1, 2**31])
def test_sizes_out_of_range_are_refused(size):
    with pytest.raises(ValueError, match="shared memory: size"):
        rtss.SharedMemory(size=size)
