using System.Net.Http.Headers;
using System.Text.Json;

namespace Headrace.Commands.Devices;

/// <summary>Speaks to the REST API of a running head-end.</summary>
internal sealed class HeadEndClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _url;

    public HeadEndClient(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new CommandFailure($"--url: '{url}' is not an http address such as http://127.0.0.1:8080.");
        _url = url;
        _http = new HttpClient { BaseAddress = new Uri(address, "/api/v1/"), Timeout = TimeSpan.FromMinutes(10) };
    }

    /// <summary>Gets a document.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    /// <summary>Copies a response as it is, such as CSV.</summary>
    public async Task CopyAsync(string path, Stream destination, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        await response.Content.CopyToAsync(destination, cancellationToken);
    }

    /// <summary>Posts a JSON document as it stands.</summary>
    public async Task<JsonElement> PostAsync(string path, Stream json, CancellationToken cancellationToken)
    {
        var content = new StreamContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, cancellationToken);
        return await ReadAsync(response, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw new CommandFailure($"No head-end answers at {_url}: start one with 'headrace serve' or name it with --url.", error);
        }

        if (response.IsSuccessStatusCode) return response;
        using (response)
        {
            throw new CommandFailure(await ProblemAsync(response, cancellationToken));
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        return document.RootElement.Clone();
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var problem = JsonDocument.Parse(text);
            var root = problem.RootElement;
            var title = root.TryGetProperty("title", out var titleText) ? titleText.GetString() : null;
            var detail = root.TryGetProperty("detail", out var detailText) ? detailText.GetString() : null;
            if (!string.IsNullOrEmpty(detail)) return detail;
            if (!string.IsNullOrEmpty(title)) return title;
        }
        catch (JsonException)
        {
            // Not a problem document: the status line has to do.
        }

        return $"The head-end answered {(int)response.StatusCode} {response.ReasonPhrase}.";
    }
}
