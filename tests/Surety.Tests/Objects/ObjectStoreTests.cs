using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Testing.Storage;
using static Surety.Tests.Objects.ObjectCodecTests;

namespace Surety.Tests.Objects;

public sealed class ObjectStoreTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly MemoryBlobStore memory = new(TimeProvider.System);
    private readonly List<string> calls = [];
    private readonly ObjectStore objects;

    public ObjectStoreTests() => objects = NewRun();

    [Fact]
    public async Task What_is_put_is_got_and_lies_under_its_hash()
    {
        var stored = await objects.PutAsync("abc"u8.ToArray(), Never);

        stored.IsNew.ShouldBeTrue();
        stored.PlainLength.ShouldBe(3);
        stored.StoredLength.ShouldBe(ObjectHeader.Size + 3);
        ObjectStore
            .NameOf(stored.Id)
            .ShouldBe("objects/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        using var plain = await objects.GetAsync(stored.Id, Never);
        plain.Bytes.ToArray().ShouldBe("abc"u8.ToArray());
        plain.StoredLength.ShouldBe(stored.StoredLength);
        (await objects.CheckStoredAsync(stored.Id, Never)).ShouldBe(stored.StoredLength);
    }

    [Fact]
    public async Task What_this_run_put_is_not_written_again()
    {
        await objects.PutAsync(Compressible(1000), Never);
        calls.Clear();

        var again = await objects.PutAsync(Compressible(1000), Never);

        again.IsNew.ShouldBeFalse();
        calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Workers_that_put_the_same_bytes_at_once_write_them_once()
    {
        var contents = Enumerable.Range(0, 20).Select(i => Random(5000, i)).ToArray();
        var puts = Enumerable
            .Range(0, 400)
            .Select(i => Task.Run(async () => await objects.PutAsync(contents[i % 20], Never)));

        var stored = await Task.WhenAll(puts);

        stored.Count(put => put.IsNew).ShouldBe(20);
        stored.Select(put => put.Id).Distinct().Count().ShouldBe(20);
        calls.Count(call => call.StartsWith("write", StringComparison.Ordinal)).ShouldBe(20);
    }

    [Fact]
    public async Task A_worker_that_waits_for_another_that_fails_does_it_itself()
    {
        var faulty = new FaultyBlobStore(memory);
        var failed = 0;
        faulty.Fault = call =>
            call.Verb == "write" && Interlocked.Increment(ref failed) == 1
                ? new SuretyException(ErrorCode.DiskFull, "full once")
                : null;
        var run = new ObjectStore(faulty, new ObjectCodec());

        var puts = Enumerable
            .Range(0, 8)
            .Select(_ => Task.Run(async () => await run.PutAsync(Compressible(1000), Never)))
            .ToArray();
        var outcomes = await Task.WhenAll(puts.Select(async put => (await Task.WhenAny(put)).IsCompletedSuccessfully));

        outcomes.Count(succeeded => !succeeded).ShouldBe(1);
        puts.Where(put => put.IsCompletedSuccessfully).Count(put => put.Result.IsNew).ShouldBe(1);
    }

    [Fact]
    public async Task A_trusted_object_is_reused_without_reading_it()
    {
        var stored = await objects.PutAsync(Compressible(1000), Never);
        var next = NewRun();
        next.Trust([stored.Id]);
        calls.Clear();

        var again = await next.PutAsync(Compressible(1000), Never);

        again.ShouldBe(stored with { IsNew = false });
        calls.ShouldBe([$"length {ObjectStore.NameOf(stored.Id)}"]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(48)]
    public async Task A_trusted_object_that_is_gone_or_empty_is_written_again(int lengthLeft)
    {
        var stored = await objects.PutAsync(Random(1000), Never);
        await Truncate(stored.Id, lengthLeft);
        var next = NewRun();
        next.Trust([stored.Id]);

        (await next.PutAsync(Random(1000), Never)).IsNew.ShouldBeTrue();

        using var plain = await next.GetAsync(stored.Id, Never);
        plain.Bytes.ToArray().ShouldBe(Random(1000));
    }

    [Fact]
    public async Task An_object_that_the_disk_cannot_read_is_written_anew()
    {
        var stored = await objects.PutAsync(Random(1000), Never);
        var disk = new FaultyBlobStore(memory)
        {
            Fault = call =>
                call.Verb == "read" ? new SuretyException(ErrorCode.RepositoryUnreadable, "input/output error") : null,
        };

        var again = await new ObjectStore(disk, new ObjectCodec()).PutAsync(Random(1000), Never);

        (again.Id, again.IsNew).ShouldBe((stored.Id, true));
    }

    [Fact]
    public async Task A_store_that_is_away_is_no_reason_to_write()
    {
        await objects.PutAsync(Random(1000), Never);
        var away = new FaultyBlobStore(memory)
        {
            Fault = call =>
                call.Verb == "read" ? new SuretyException(ErrorCode.RepositoryUnreachable, "no route") : null,
        };

        var failure = await Should.ThrowAsync<SuretyException>(() =>
            new ObjectStore(away, new ObjectCodec()).PutAsync(Random(1000), Never).AsTask()
        );

        failure.Code.ShouldBe(ErrorCode.RepositoryUnreachable);
    }

    [Fact]
    public async Task An_object_of_a_killed_run_is_checked_adopted_and_reused()
    {
        var disk = new FaultyBlobStore(memory);
        await new ObjectStore(disk, new ObjectCodec()).PutAsync(Random(1000), Never);
        var afterKill = disk.NextProcess();
        var next = new ObjectStore(afterKill, new ObjectCodec());

        var stored = await next.PutAsync(Random(1000), Never);
        await next.FlushAsync(Never);

        stored.IsNew.ShouldBeFalse();
        for (var seed = 0; seed < 20; seed++)
        {
            await afterKill.LosePowerAsync(new Random(seed));
            (await NewRun().CheckStoredAsync(stored.Id, Never)).ShouldBe(stored.StoredLength);
        }
    }

    [Fact]
    public async Task A_torn_object_of_a_killed_run_is_never_reused()
    {
        var id = (await objects.PutAsync(Random(300), Never)).Id;
        for (var left = 0; left < 300 + ObjectHeader.Size; left++)
        {
            await Truncate(id, left);

            (await NewRun().PutAsync(Random(300), Never)).IsNew.ShouldBeTrue();

            using var plain = await NewRun().GetAsync(id, Never);
            plain.Bytes.Span.SequenceEqual(Random(300)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_missing_object_is_told_as_missing()
    {
        var id = ObjectId.OfPlain("never stored"u8);

        foreach (
            var reading in new Func<Task>[]
            {
                async () => (await objects.GetAsync(id, Never)).Dispose(),
                async () => await objects.CheckStoredAsync(id, Never),
            }
        )
        {
            var error = await Should.ThrowAsync<SuretyException>(reading);
            error.Code.ShouldBe(ErrorCode.ObjectMissing);
            error.Message.ShouldBe($"object {id} is missing from memory");
            error.Object.ShouldBe(id.ToString());
        }
    }

    [Fact]
    public async Task A_disposed_object_cannot_be_read()
    {
        var stored = await objects.PutAsync(Compressible(1000), Never);
        var plain = await objects.GetAsync(stored.Id, Never);
        plain.Dispose();
        plain.Dispose();

        Should.Throw<ObjectDisposedException>(() => plain.Bytes);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(ObjectStore.StreamPartLength, 1)]
    [InlineData(ObjectStore.StreamPartLength + 1, 2)]
    [InlineData((2 * ObjectStore.StreamPartLength) + 5, 3)]
    public async Task A_stream_is_kept_in_parts_and_comes_back(int length, int parts)
    {
        var bytes = Random(length);

        var stored = await objects.PutStreamAsync(new Trickle(bytes), Never);

        stored.Stream.Length.ShouldBe(length);
        stored.Stream.Parts.Count.ShouldBe(parts);
        stored.Objects.Select(part => part.Id).ShouldBe(stored.Stream.Parts);
        await using var reading = objects.OpenStream(stored.Stream);
        using var back = new MemoryStream();
        await reading.CopyToAsync(back);
        back.ToArray().AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        reading.Position.ShouldBe(length);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public async Task A_stream_that_is_shorter_or_longer_than_it_was_is_damaged(int claimed)
    {
        var stored = await objects.PutStreamAsync(new MemoryStream(new byte[10]), Never);
        await using var reading = objects.OpenStream(new StoredStream(claimed, stored.Stream.Parts));

        var error = await Should.ThrowAsync<SuretyException>(() => reading.CopyToAsync(Stream.Null));

        error.Code.ShouldBe(ErrorCode.ObjectDamaged);
    }

    private ObjectStore NewRun()
    {
        var watched = new FaultyBlobStore(memory)
        {
            Fault = call =>
            {
                lock (calls)
                {
                    if (call.Moment == FaultMoment.Before)
                    {
                        calls.Add($"{call.Verb} {call.Name}");
                    }
                }

                return null;
            },
        };
        return new ObjectStore(watched, new ObjectCodec());
    }

    private async Task Truncate(ObjectId id, int left)
    {
        var name = ObjectStore.NameOf(id);
        var stored = (await memory.ReadAsync(name, Never))!;
        await memory.DeleteAsync(name, Never);
        if (left >= 0)
        {
            await memory.WriteAsync(name, stored.AsMemory(0, left), durable: true, Never);
        }
    }

    /// <summary>Gives what it has in small, odd portions, as a pipe does.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 99_991)], cancellationToken);
    }
}
