using Surety.Repository.Storage;
using Surety.Testing.Storage;

namespace Surety.Tests.Storage;

public sealed class OverlayStoreTests : BlobStoreContract
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly MemoryBlobStore over = new(TimeProvider.System);
    private readonly MemoryBlobStore under = new(TimeProvider.System);

    public OverlayStoreTests() => Store = new OverlayStore(over, under);

    protected override IBlobStore Store { get; }

    [Fact]
    public async Task What_lies_under_is_read_and_never_changed()
    {
        await under.WriteAsync("a/b", new byte[] { 1 }, durable: true, Never);

        await Store.WriteAsync("a/b", new byte[] { 2, 3 }, durable: true, Never);
        await Store.WriteAsync("a/c", new byte[] { 4 }, durable: true, Never);
        await Store.DeleteAsync("a/c", Never);

        (await Store.ReadAsync("a/b", Never)).ShouldBe([2, 3]);
        (await under.ReadAsync("a/b", Never)).ShouldBe([1]);
        (await under.GetLengthAsync("a/c", Never)).ShouldBeNull();
    }

    [Fact]
    public async Task What_lies_under_counts_as_there()
    {
        await under.WriteAsync("a/b", new byte[] { 1 }, durable: true, Never);

        (await Store.GetLengthAsync("a/b", Never)).ShouldBe(1);
        (await Store.TryCreateAsync("a/b", new byte[] { 2 }, Never)).ShouldBeFalse();
        (await Store.ListAsync("a/", Never).CountAsync()).ShouldBe(1);
    }
}
