using Amazon.S3;
using Amazon.S3.Model;
using Surety.Repository.Errors;

namespace Surety.Repository.Storage.S3;

/// <summary>
/// A large blob in parts: each is retried by itself, and the blob appears whole when all are there. Whatever ends it
/// earlier abandons the parts; those of a killed process stay, unseen, until the bucket's lifecycle rule removes them
/// (docs/s3.md).
/// </summary>
internal sealed class MultipartUpload(AmazonS3Client client, string bucket, S3Attempts attempts, S3Terms terms)
{
    /// <summary>An abandoned upload must not keep a failed operation from ending.</summary>
    private static readonly TimeSpan AbandonWithin = TimeSpan.FromSeconds(30);

    public async ValueTask RunAsync(
        string name,
        string key,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        var request = new S3Request("written", name);
        try
        {
            await RunOnceAsync(request, key, content, cancellationToken);
        }
        catch (SuretyException e) when (e.InnerException is AmazonS3Exception { ErrorCode: "NoSuchUpload" })
        {
            // Completed by an attempt whose answer was lost, or abandoned by a rule of the bucket: it cannot be told which.
            await RunOnceAsync(request, key, content, cancellationToken);
        }
    }

    /// <summary>Proves that these credentials may write <paramref name="key"/>, and leaves nothing there.</summary>
    public async ValueTask BeginAndAbandonAsync(string key, CancellationToken cancellationToken) =>
        await AbandonAsync(key, await BeginAsync(new S3Request("written", key), key, cancellationToken));

    private async ValueTask RunOnceAsync(
        S3Request request,
        string key,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        var upload = await BeginAsync(request, key, cancellationToken);
        try
        {
            var parts = await UploadPartsAsync(request, key, upload, content, cancellationToken);
            await CompleteAsync(request, key, upload, parts, cancellationToken);
        }
        catch
        {
            await AbandonAsync(key, upload);
            throw;
        }
    }

    private async ValueTask<string> BeginAsync(S3Request request, string key, CancellationToken cancellationToken)
    {
        var begun = await attempts.RunAsync(
            request,
            uploadedBytes: 0,
            attempt => client.InitiateMultipartUploadAsync(bucket, key, attempt.Token),
            cancellationToken
        );
        return begun.UploadId;
    }

    private async Task<PartETag[]> UploadPartsAsync(
        S3Request request,
        string key,
        string upload,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        var parts = new PartETag[(content.Length + terms.PartLength - 1) / terms.PartLength];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = terms.PartsAtOnce,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(
            0,
            parts.Length,
            options,
            async (index, token) =>
            {
                var from = index * terms.PartLength;
                var part = content.Slice(from, Math.Min(terms.PartLength, content.Length - from));
                parts[index] = await UploadPartAsync(request, key, upload, index + 1, part, token);
            }
        );
        return parts;
    }

    private async Task<PartETag> UploadPartAsync(
        S3Request request,
        string key,
        string upload,
        int number,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        var uploaded = await attempts.RunAsync(
            request,
            content.Length,
            async attempt =>
            {
                using var body = UploadBody.Of(content);
                var part = new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = upload,
                    PartNumber = number,
                    PartSize = content.Length,
                    InputStream = body,
                    UseChunkEncoding = false,
                };
                return await client.UploadPartAsync(part, attempt.Token);
            },
            cancellationToken
        );
        return new PartETag(number, uploaded.ETag);
    }

    private async ValueTask CompleteAsync(
        S3Request request,
        string key,
        string upload,
        PartETag[] parts,
        CancellationToken cancellationToken
    )
    {
        var complete = new CompleteMultipartUploadRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = upload,
            PartETags = [.. parts],
        };
        await attempts.RunAsync(
            request,
            uploadedBytes: 0,
            attempt => client.CompleteMultipartUploadAsync(complete, attempt.Token),
            cancellationToken
        );
    }

    private async ValueTask AbandonAsync(string key, string upload)
    {
        using var patience = new CancellationTokenSource(AbandonWithin);
        try
        {
            await attempts.RunAsync(
                new S3Request("deleted", key),
                uploadedBytes: 0,
                attempt => client.AbortMultipartUploadAsync(bucket, key, upload, attempt.Token),
                patience.Token
            );
        }
        catch (Exception e) when (e is SuretyException or OperationCanceledException)
        {
            // Its failure has been told already, or there is none: parts that stay are what the lifecycle rule is for.
        }
    }
}
