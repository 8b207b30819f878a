using Surety.Repository.Storage;
using Surety.Repository.Storage.S3;
using Surety.Testing.S3;

namespace Surety.Tests.Storage.S3;

/// <summary>The contract over the real protocol, and what a bucket has besides.</summary>
public sealed class S3BlobStoreTests : BlobStoreContract, IClassFixture<S3ServiceFixture>
{
    private const string Name = "objects/ab/abcdef";
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly byte[] Content = [1, 2, 3];

    private readonly S3Service service;
    private readonly S3Place place;
    private readonly S3BlobStore store;

    public S3BlobStoreTests(S3ServiceFixture fixture)
    {
        service = fixture.Service;
        service.Fault = null;
        service.Conditions = S3Conditions.Kept;
        place = service.NewPlace();
        store = Open(S3Service.Quick);
    }

    protected override IBlobStore Store => store;

    public override void Dispose()
    {
        store.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task A_listing_goes_on_over_many_pages()
    {
        using var small = Open(S3Service.Quick with { PageLength = 2 });
        var names = Enumerable.Range(0, 7).Select(i => $"objects/{i:00}/{i}").ToArray();
        foreach (var name in names)
        {
            await small.WriteAsync(name, Content, durable: false, Never);
        }

        var listed = await small.ListAsync("objects/", Never).Select(blob => blob.Name).ToListAsync();

        listed.Order(StringComparer.Ordinal).ShouldBe(names);
    }

    [Fact]
    public async Task A_large_blob_goes_up_in_parts()
    {
        using var small = Open(InParts);
        var large = Random(1_000_001);

        await small.WriteAsync(Name, large, durable: true, Never);

        (await small.ReadAsync(Name, Never))!.AsSpan().SequenceEqual(large).ShouldBeTrue();
        service.OpenUploads.ShouldBe(0);
    }

    [Theory]
    [InlineData(S3Conditions.Ignored)]
    [InlineData(S3Conditions.NotImplemented)]
    public async Task Where_the_service_keeps_no_conditions_a_blob_is_still_created_once(S3Conditions conditions)
    {
        service.Conditions = conditions;

        (await store.TryCreateAsync(Name, Content, Never)).ShouldBeTrue();
        (await store.TryCreateAsync(Name, new byte[] { 9 }, Never)).ShouldBeFalse();

        (await store.ReadAsync(Name, Never)).ShouldBe(Content);
    }

    [Fact]
    public async Task Two_prefixes_of_a_bucket_know_nothing_of_each_other()
    {
        using var longer = S3BlobStore.Open(place with { Prefix = place.Prefix + "-2" }, TimeProvider.System);
        await longer.WriteAsync(Name, Content, durable: true, Never);

        (await store.ReadAsync(Name, Never)).ShouldBeNull();
        (await store.ListAsync("", Never).CountAsync()).ShouldBe(0);
        longer.Location.ShouldBe($"s3://backups/{place.Prefix}-2");
    }

    [Fact]
    public async Task Asking_whether_it_can_be_written_leaves_nothing()
    {
        await store.EnsureWritableAsync(Never);

        service.OpenUploads.ShouldBe(0);
        (await store.ListAsync("", Never).CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_blob_that_was_not_flushed_is_read_as_it_was_written()
    {
        for (var i = 0; i < 20; i++)
        {
            await store.WriteAsync(Name, new[] { (byte)i }, durable: false, Never);
        }

        (await store.ReadAsync(Name, Never)).ShouldBe([19]);
    }

    private static S3Terms InParts => S3Service.Quick with { MultipartFrom = 500_000, PartLength = 200_000 };

    private S3BlobStore Open(S3Terms terms) => S3BlobStore.Open(place, TimeProvider.System, terms);

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
