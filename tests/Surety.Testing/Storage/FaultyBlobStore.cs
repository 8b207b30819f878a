using System.Collections.Concurrent;
using Surety.Repository.Storage;

namespace Surety.Testing.Storage;

/// <summary>When a fault strikes: with the operation undone, or done but not reported.</summary>
public enum FaultMoment
{
    Before,
    After,
}

/// <summary>One call of a store: the number of the operation, counted from 1, and what it does to which blob.</summary>
public readonly record struct StoreCall(int Index, string Verb, string Name, FaultMoment Moment);

/// <summary>What a killed process sees: nothing any more. Not a SuretyException, so that no code can handle it.</summary>
public sealed class StoreKilledException() : Exception("the process was killed");

/// <summary>
/// A store that fails where a test wants it, before or after any operation; that can die as a killed process does; and
/// that can lose or tear what was not flushed, as a power loss does.
/// </summary>
public sealed class FaultyBlobStore(IBlobStore inner) : IBlobStore
{
    private const string NoName = "";

    // Blobs that a power loss may hurt, with what was durable before under that name.
    private readonly ConcurrentDictionary<string, byte[]?> unflushed = new(StringComparer.Ordinal);

    // The same, left by a process that died: a flush by another process does not cover them unless it adopted them.
    private readonly ConcurrentDictionary<string, byte[]?> orphans = new(StringComparer.Ordinal);
    private int operations;
    private bool killed;

    /// <summary>Asked before and after each operation: an exception to throw, or null to go on.</summary>
    public Func<StoreCall, Exception?>? Fault { get; set; }

    /// <summary>Names that a list does not show though they are there: a list that is not up to date.</summary>
    public Func<string, bool>? Unlisted { get; set; }

    /// <summary>How many operations were begun.</summary>
    public int Operations => operations;

    public string Location => inner.Location;

    /// <summary>Kills the process at an operation: it and everything later throws <see cref="StoreKilledException"/>.</summary>
    public void KillAt(int operation, FaultMoment moment) =>
        Fault = call => call.Index == operation && call.Moment == moment ? new StoreKilledException() : null;

    /// <summary>The same disk, seen by the process that comes after this one was killed.</summary>
    public FaultyBlobStore NextProcess()
    {
        killed = true;
        var next = new FaultyBlobStore(inner);
        foreach (var (name, durable) in unflushed.Concat(orphans))
        {
            next.orphans.TryAdd(name, durable);
        }

        return next;
    }

    /// <summary>What was not flushed stays, is gone, is torn, is zeros, or is garbage: as chance has it.</summary>
    public async Task LosePowerAsync(Random random)
    {
        killed = true;
        foreach (var (name, durable) in unflushed.Concat(orphans).OrderBy(blob => blob.Key, StringComparer.Ordinal))
        {
            var content = await inner.ReadAsync(name, CancellationToken.None);
            var left = content is null ? Deleted(durable, random) : Written(content, durable, random);
            if (left is null)
            {
                await inner.DeleteAsync(name, CancellationToken.None);
            }
            else
            {
                await inner.WriteAsync(name, left, durable: true, CancellationToken.None);
            }
        }

        // What is on the disk now stays there.
        unflushed.Clear();
        orphans.Clear();
    }

    public ValueTask<byte[]?> ReadAsync(string name, CancellationToken cancellationToken) =>
        RunAsync("read", name, () => inner.ReadAsync(name, cancellationToken));

    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken) =>
        RunAsync("length", name, () => inner.GetLengthAsync(name, cancellationToken));

    public async ValueTask WriteAsync(
        string name,
        ReadOnlyMemory<byte> content,
        bool durable,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
            "write",
            name,
            async () =>
            {
                await RememberAsync(name);
                await inner.WriteAsync(name, content, durable, cancellationToken);
                Settle(name, durable);
                return true;
            }
        );

    public ValueTask<bool> TryCreateAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            "create",
            name,
            async () =>
            {
                var created = await inner.TryCreateAsync(name, content, cancellationToken);
                Settle(name, durable: created);
                return created;
            }
        );

    public void Adopt(string name)
    {
        inner.Adopt(name);
        if (orphans.TryRemove(name, out var durable))
        {
            unflushed.TryAdd(name, durable);
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken) =>
        await RunAsync(
            "flush",
            NoName,
            async () =>
            {
                await inner.FlushAsync(cancellationToken);
                unflushed.Clear();
                return true;
            }
        );

    public async IAsyncEnumerable<BlobInfo> ListAsync(
        string prefix,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var blobs = await RunAsync("list", prefix, () => inner.ListAsync(prefix, cancellationToken).ToListAsync());
        foreach (var blob in blobs.Where(blob => Unlisted?.Invoke(blob.Name) != true))
        {
            yield return blob;
        }
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken) =>
        await RunAsync(
            "delete",
            name,
            async () =>
            {
                await RememberAsync(name);
                await inner.DeleteAsync(name, cancellationToken);
                return true;
            }
        );

    private async ValueTask<T> RunAsync<T>(string verb, string name, Func<ValueTask<T>> operation)
    {
        var index = Interlocked.Increment(ref operations);
        Strike(new StoreCall(index, verb, name, FaultMoment.Before));
        var result = await operation();
        Strike(new StoreCall(index, verb, name, FaultMoment.After));
        return result;
    }

    private void Strike(StoreCall call)
    {
        if (Volatile.Read(ref killed))
        {
            throw new StoreKilledException();
        }

        if (Fault?.Invoke(call) is { } fault)
        {
            Volatile.Write(ref killed, fault is StoreKilledException);
            throw fault;
        }
    }

    private async Task RememberAsync(string name)
    {
        if (orphans.TryRemove(name, out var durable))
        {
            unflushed.TryAdd(name, durable);
        }
        else if (!unflushed.ContainsKey(name))
        {
            unflushed.TryAdd(name, await inner.ReadAsync(name, CancellationToken.None));
        }
    }

    private void Settle(string name, bool durable)
    {
        if (durable)
        {
            unflushed.TryRemove(name, out _);
            orphans.TryRemove(name, out _);
        }
    }

    private static byte[]? Written(byte[] content, byte[]? durable, Random random) =>
        random.Next(5) switch
        {
            0 => content,
            1 => durable,
            2 => content[..random.Next(content.Length + 1)],
            3 => new byte[content.Length],
            _ => Garbage(content, random),
        };

    // A name that was removed is gone or back again; its bytes were not touched.
    private static byte[]? Deleted(byte[]? durable, Random random) => random.Next(2) == 0 ? null : durable;

    private static byte[] Garbage(byte[] content, Random random)
    {
        var garbage = content.ToArray();
        random.NextBytes(garbage.AsSpan(garbage.Length / 2));
        return garbage;
    }
}
