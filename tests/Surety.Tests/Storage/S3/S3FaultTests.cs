using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Storage.S3;
using Surety.Testing.S3;

namespace Surety.Tests.Storage.S3;

/// <summary>A service in trouble, and what people are told where it stays in trouble.</summary>
public sealed class S3FaultTests : IClassFixture<S3ServiceFixture>, IDisposable
{
    private const string Name = "objects/ab/abcdef";
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly byte[] Content = [.. Enumerable.Range(0, 10_000).Select(i => (byte)i)];

    private readonly S3Service service;
    private readonly S3Place place;
    private S3BlobStore store;

    public S3FaultTests(S3ServiceFixture fixture)
    {
        service = fixture.Service;
        service.Fault = null;
        service.Conditions = S3Conditions.Kept;
        place = service.NewPlace();
        store = S3BlobStore.Open(place, TimeProvider.System, S3Service.Quick);
    }

    public static TheoryData<S3Fault> Passing =>
        [
            new S3Fault.Answer(500, "InternalError"),
            new S3Fault.Answer(503, "SlowDown"),
            new S3Fault.Answer(503, "SlowDown", Done: true),
            new S3Fault.Answer(429, "TooManyRequests"),
            new S3Fault.Answer(409, "ConditionalRequestConflict"),
            new S3Fault.Reset(),
            new S3Fault.Reset(Done: true),
            new S3Fault.TornUpload(),
            new S3Fault.TornDownload(),
            new S3Fault.Silence(),
            new S3Fault.Silence(Done: true),
        ];

    public void Dispose() => store.Dispose();

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_passes_is_survived_by_every_operation(S3Fault fault)
    {
        store.Dispose();
        store = S3BlobStore.Open(place, TimeProvider.System, TermsFor(fault));
        await store.GetLengthAsync("never", Never);
        var struck = new HashSet<(S3Verb, string)>();
        service.Fault = call =>
        {
            lock (struck)
            {
                return struck.Add((call.Verb, call.Key)) ? fault : null;
            }
        };

        await store.WriteAsync(Name, Content, durable: false, Never);
        await store.FlushAsync(Never);
        (await store.TryCreateAsync("backups/a", Content, Never)).ShouldBeTrue();
        (await store.TryCreateAsync("backups/a", new byte[] { 9 }, Never)).ShouldBeFalse();
        (await store.ReadAsync(Name, Never)).ShouldBe(Content);
        (await store.ReadAsync("backups/a", Never)).ShouldBe(Content);
        (await store.GetLengthAsync(Name, Never)).ShouldBe(Content.Length);
        (await store.ListAsync("", Never).CountAsync()).ShouldBe(2);
        await store.DeleteAsync(Name, Never);
        (await store.ReadAsync(Name, Never)).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task What_passes_is_survived_by_every_step_of_an_upload_in_parts(S3Fault fault)
    {
        using var inParts = OpenInParts(TermsFor(fault));
        await inParts.GetLengthAsync("never", Never);
        var struck = new HashSet<S3Verb>();
        service.Fault = call =>
        {
            lock (struck)
            {
                return struck.Add(call.Verb) ? fault : null;
            }
        };

        await inParts.WriteAsync(Name, Content, durable: true, Never);

        (await inParts.ReadAsync(Name, Never)).ShouldBe(Content);
    }

    [Fact]
    public async Task An_upload_in_parts_that_fails_is_abandoned_and_leaves_nothing()
    {
        using var inParts = OpenInParts(S3Service.Quick);
        var open = service.OpenUploads;
        service.Fault = call => call.Verb == S3Verb.UploadPart ? new S3Fault.Answer(500, "InternalError") : null;

        var error = await Should.ThrowAsync<SuretyException>(async () =>
            await inParts.WriteAsync(Name, Content, durable: true, Never)
        );

        error.Code.ShouldBe(ErrorCode.RepositoryUnwritable);
        service.OpenUploads.ShouldBe(open);
        service.Fault = null;
        (await inParts.ReadAsync(Name, Never)).ShouldBeNull();
    }

    [Fact]
    public async Task A_write_that_failed_behind_its_writer_is_never_forgotten()
    {
        service.Fault = call =>
            call.Key.EndsWith(Name, StringComparison.Ordinal) ? new S3Fault.Answer(500, "InternalError") : null;
        await store.WriteAsync(Name, Content, durable: false, Never);

        await FlushShouldFailAsync();
        service.Fault = null;
        await FlushShouldFailAsync();
        await Should.ThrowAsync<SuretyException>(async () =>
            await store.WriteAsync("objects/cd/cdef", Content, durable: false, Never)
        );
    }

    [Fact]
    public async Task Waiting_for_another_attempt_ends_when_it_is_cancelled()
    {
        var patient = S3Service.Quick with { FirstDelay = TimeSpan.FromHours(1), LongestDelay = TimeSpan.FromHours(1) };
        using var waiting = S3BlobStore.Open(place, TimeProvider.System, patient);
        using var cancelling = new CancellationTokenSource();
        service.Fault = call =>
        {
            cancelling.CancelAfter(TimeSpan.FromMilliseconds(50));
            return new S3Fault.Answer(503, "SlowDown");
        };

        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await waiting.ReadAsync(Name, cancelling.Token)
        );
    }

    [Theory]
    [InlineData(
        403,
        "AccessDenied",
        ErrorCode.RepositoryAccessDenied,
        "/objects/ab/abcdef may not be read with these credentials"
    )]
    [InlineData(403, "SignatureDoesNotMatch", ErrorCode.RepositoryCredentials, "(SignatureDoesNotMatch)")]
    [InlineData(403, "ExpiredToken", ErrorCode.RepositoryCredentials, "(ExpiredToken)")]
    [InlineData(403, "RequestTimeTooSkewed", ErrorCode.ClockSkewed, "the clock of this machine differs too much")]
    [InlineData(404, "NoSuchBucket", ErrorCode.RepositoryNotFound, "there is no bucket backups at 127.0.0.1:")]
    [InlineData(400, "AuthorizationHeaderMalformed", ErrorCode.InvalidConfiguration, "is in another region")]
    [InlineData(507, "InsufficientStorage", ErrorCode.DiskFull, "no space is left")]
    [InlineData(503, "SlowDown", ErrorCode.RepositoryUnreadable, "answered 503 SlowDown")]
    public async Task What_stays_is_told_precisely(int status, string answer, ErrorCode code, string words)
    {
        service.Fault = _ => new S3Fault.Answer(status, answer);

        var error = await Should.ThrowAsync<SuretyException>(async () => await store.ReadAsync(Name, Never));

        error.Code.ShouldBe(code);
        error.Message.ShouldContain(words);
        error.Hint.ShouldNotBeNullOrEmpty();
        error.IsTransient.ShouldBe(answer == "SlowDown");
        $"{error.Message} {error.Hint}".ShouldNotContain("S3RVER");
    }

    [Fact]
    public async Task Keys_that_the_service_does_not_know_are_told()
    {
        var unknown = place with { Keys = new S3Keys("AKUNKNOWN", "s3cr3t", null) };

        var error = await FailureAsync(unknown);

        error.Code.ShouldBe(ErrorCode.RepositoryCredentials);
        error.Message.ShouldBe(
            $"127.0.0.1:{service.Endpoint.Port} does not accept the credentials for {place.Location} (InvalidAccessKeyId)"
        );
        $"{error}".ShouldNotContain("s3cr3t");
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_told()
    {
        var error = await FailureAsync(place with { Bucket = "other" });

        error.Code.ShouldBe(ErrorCode.RepositoryNotFound);
    }

    [Fact]
    public async Task An_endpoint_where_nobody_answers_is_told_soon()
    {
        var error = await FailureAsync(place with { Endpoint = new Uri("http://127.0.0.1:1") });

        error.Code.ShouldBe(ErrorCode.RepositoryUnreachable);
        error.Message.ShouldStartWith("127.0.0.1:1 cannot be reached, or stopped answering: ");
        error.IsTransient.ShouldBeTrue();
    }

    private static async Task<SuretyException> FailureAsync(S3Place place)
    {
        using var opened = S3BlobStore.Open(place, TimeProvider.System, S3Service.Quick);
        return await Should.ThrowAsync<SuretyException>(async () =>
            await BackupRepository.OpenAsync(opened, TimeProvider.System, Never)
        );
    }

    private async Task FlushShouldFailAsync()
    {
        var error = await Should.ThrowAsync<SuretyException>(async () => await store.FlushAsync(Never));
        error.Code.ShouldBe(ErrorCode.RepositoryUnwritable);
        error.Message.ShouldContain("could not be written");
    }

    // Whoever is silent is given up soon; an answer that a busy machine delays is no fault.
    private static S3Terms TermsFor(S3Fault fault) => fault is S3Fault.Silence ? S3Service.Impatient : S3Service.Quick;

    private S3BlobStore OpenInParts(S3Terms terms) =>
        S3BlobStore.Open(place, TimeProvider.System, terms with { MultipartFrom = 5_000, PartLength = 3_000 });
}
