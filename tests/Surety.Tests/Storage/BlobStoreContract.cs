using Surety.Repository.Storage;

namespace Surety.Tests.Storage;

/// <summary>What every store must do; each has a subclass. The repository relies on every line of it.</summary>
public abstract class BlobStoreContract : IDisposable
{
    private const string Name = "objects/ab/abcdef";
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly byte[] Content = [1, 2, 3, 4, 5];

    protected abstract IBlobStore Store { get; }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_written_is_read(bool durable)
    {
        await Store.WriteAsync(Name, Content, durable, Never);

        (await Store.ReadAsync(Name, Never)).ShouldBe(Content);
        (await Store.GetLengthAsync(Name, Never)).ShouldBe(Content.Length);
    }

    [Fact]
    public async Task An_empty_blob_is_a_blob()
    {
        await Store.WriteAsync(Name, ReadOnlyMemory<byte>.Empty, durable: false, Never);

        (await Store.ReadAsync(Name, Never)).ShouldBe([]);
        (await Store.GetLengthAsync(Name, Never)).ShouldBe(0);
    }

    [Fact]
    public async Task A_large_blob_comes_back_byte_for_byte()
    {
        var large = new byte[9_000_001];
        new Random(1).NextBytes(large);

        await Store.WriteAsync(Name, large, durable: false, Never);

        (await Store.ReadAsync(Name, Never))!.AsSpan().SequenceEqual(large).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        (await Store.ReadAsync(Name, Never)).ShouldBeNull();
        (await Store.GetLengthAsync(Name, Never)).ShouldBeNull();
    }

    [Fact]
    public async Task A_write_replaces_the_whole_blob()
    {
        await Store.WriteAsync(Name, Content, durable: false, Never);
        await Store.WriteAsync(Name, new byte[] { 9 }, durable: false, Never);

        (await Store.ReadAsync(Name, Never)).ShouldBe([9]);
    }

    [Fact]
    public async Task Creating_succeeds_once_and_changes_nothing_the_second_time()
    {
        (await Store.TryCreateAsync(Name, Content, Never)).ShouldBeTrue();
        (await Store.TryCreateAsync(Name, new byte[] { 9 }, Never)).ShouldBeFalse();

        (await Store.ReadAsync(Name, Never)).ShouldBe(Content);
    }

    [Fact]
    public async Task Of_many_that_create_at_once_exactly_one_succeeds()
    {
        var attempts = Enumerable
            .Range(0, 16)
            .Select(i => Task.Run(async () => await Store.TryCreateAsync(Name, new[] { (byte)i }, Never)));

        (await Task.WhenAll(attempts)).Count(created => created).ShouldBe(1);
        (await Names("")).ShouldBe([Name]);
    }

    [Fact]
    public async Task Readers_see_a_whole_blob_while_it_is_replaced()
    {
        var versions = new[] { Filled(1, 100_000), Filled(2, 50_000) };
        await Store.WriteAsync(Name, versions[0], durable: false, Never);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await Store.WriteAsync(Name, versions[i % 2], durable: false, Never);
            }
        });

        while (!writing.IsCompleted)
        {
            var seen = await Store.ReadAsync(Name, Never);
            versions.Any(version => version.AsSpan().SequenceEqual(seen)).ShouldBeTrue();
        }

        await writing;
    }

    [Fact]
    public async Task Listing_names_what_starts_with_the_prefix()
    {
        foreach (var name in new[] { "backups/a.json", "backups/b.json", "backup", "locks/a.json", "objects/ab/ab1" })
        {
            await Store.WriteAsync(name, Content, durable: false, Never);
        }

        (await Names("backups/")).ShouldBe(["backups/a.json", "backups/b.json"]);
        (await Names("backups/b")).ShouldBe(["backups/b.json"]);
        (await Names("nothing/")).ShouldBe([]);
        (await Names("")).Length.ShouldBe(5);
    }

    [Fact]
    public async Task Listing_tells_length_and_age()
    {
        await Store.WriteAsync(Name, Content, durable: false, Never);

        var blob = (await Store.ListAsync("", Never).ToListAsync()).ShouldHaveSingleItem();

        blob.Length.ShouldBe(Content.Length);
        blob.ModifiedAt.ShouldBeGreaterThan(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_and_deleting_again_is_no_error()
    {
        await Store.WriteAsync(Name, Content, durable: false, Never);

        await Store.DeleteAsync(Name, Never);
        await Store.DeleteAsync(Name, Never);
        await Store.DeleteAsync("never/was/there", Never);

        (await Store.ReadAsync(Name, Never)).ShouldBeNull();
        (await Names("")).ShouldBe([]);
    }

    [Fact]
    public async Task Flushing_keeps_everything()
    {
        await Store.WriteAsync(Name, Content, durable: false, Never);
        Store.Adopt(Name);
        await Store.DeleteAsync("objects/cd/cdef", Never);

        await Store.FlushAsync(Never);
        await Store.FlushAsync(Never);

        (await Store.ReadAsync(Name, Never)).ShouldBe(Content);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../outside")]
    [InlineData("objects/../../outside")]
    [InlineData("objects/./a")]
    [InlineData("objects//a")]
    [InlineData("objects/")]
    [InlineData(".hidden")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("ä")]
    [InlineData("tmp/a")]
    public async Task A_hostile_name_reaches_nothing(string name)
    {
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ReadAsync(name, Never));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.GetLengthAsync(name, Never));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.WriteAsync(name, Content, false, Never));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.TryCreateAsync(name, Content, Never));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.DeleteAsync(name, Never));
        Should.Throw<ArgumentException>(() => Store.Adopt(name));
        (await Names("")).ShouldBe([]);
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await Store.WriteAsync(Name, Content, durable: false, cancelled)
        );
        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await Store.TryCreateAsync(Name, Content, cancelled)
        );

        (await Names("")).ShouldBe([]);
    }

    private async Task<string[]> Names(string prefix) =>
        [
            .. (await Store.ListAsync(prefix, Never).ToListAsync())
                .Select(blob => blob.Name)
                .Order(StringComparer.Ordinal),
        ];

    private static byte[] Filled(byte value, int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
